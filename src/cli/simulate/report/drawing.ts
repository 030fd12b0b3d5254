/**
 * Drawing with Observable Plot outside of a browser: colours are variables, so that one drawing
 * fits light and dark, and the same figures give the same bytes.
 */
import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'

/** One plot with its words. */
export interface Drawing {
  readonly title: string
  /** How to read it, in a sentence or two. */
  readonly caption: string
  readonly svg: string
}

export const WIDTH = 760

/**
 * Text, muted text, lines of the grid; ours, those we compare with, ours without a part, trouble.
 */
export const ink = {
  text: 'var(--text)',
  muted: 'var(--muted)',
  grid: 'var(--grid)',
  ours: 'var(--ours)',
  other: 'var(--other)',
  ablated: 'var(--ablated)',
  theory: 'var(--theory)',
  trouble: 'var(--trouble)',
} as const

/** The variables, for a page or a picture that stands alone. */
export const PALETTE = `
    --text: #1c2330; --muted: #667085; --grid: #d9dee7; --back: #ffffff;
    --ours: #0b6bcb; --other: #98a2b3; --ablated: #c2571a; --theory: #7a5af8; --trouble: #f2b8a0;`
export const DARK_PALETTE = `
    --text: #e6e9ef; --muted: #98a2b3; --grid: #343b49; --back: #14181f;
    --ours: #5aa9f5; --other: #7d889b; --ablated: #f0955b; --theory: #a898ff; --trouble: #6b3a2a;`

/** How wide and high a drawing is, and which words it stands for when it cannot be seen. */
interface Frame {
  readonly label: string
  readonly height?: number
}

export function draw(frame: Frame, options: Plot.PlotOptions): string {
  // Of the types of a browser nothing is known here.
  const window: unknown = parseHTML('<!doctype html><html><body></body></html>')
  const document: unknown = Reflect.get(Object(window), 'document')
  const { label, height = 280 } = frame
  const drawn: unknown = Plot.plot({
    document,
    width: WIDTH,
    height,
    marginLeft: 56,
    marginBottom: 42,
    ariaLabel: label,
    style: {
      background: 'transparent',
      color: ink.text,
      fontFamily: 'system-ui, sans-serif',
      fontSize: '13px',
    },
    ...options,
  })
  // A file of its own needs the namespace, and a page the right to shrink it.
  return String(Reflect.get(Object(drawn), 'outerHTML'))
    .replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" role="img" ')
    .replaceAll('&nbsp;', '\u00a0')
}
