/**
 * A picture of lines that is repainted in place: in the terminal's alternate screen, and only the
 * lines that differ from what stands there. What was on the terminal before comes back at the end.
 */
import type { Output, Surroundings } from '../surroundings.js'
import { clip } from './clip.js'

const ENTER = '\u001b[?1049h\u001b[?25l\u001b[2J'
const LEAVE = '\u001b[?25h\u001b[?1049l'
const WIPE = '\u001b[2J'
const CLEAR_REST = '\u001b[K'

export class Screen {
  private readonly out: Output
  private readonly forget: () => void
  /** What the picture is made of at the present size; bounded by what its maker draws. */
  private draw: (columns: number, rows: number) => readonly string[] = () => []
  /** The lines on the terminal now; at most as many as it has rows. */
  private shown: readonly string[] = []
  private open = true

  constructor(around: Surroundings) {
    this.out = around.out
    this.out.write(ENTER)
    this.forget = this.out.onResize(() => this.wipe())
  }

  /** Shows another picture, which is asked for its lines again whenever the size changes. */
  show(draw: (columns: number, rows: number) => readonly string[]): void {
    this.draw = draw
    this.repaint()
  }

  repaint(): void {
    if (!this.open) return
    const { columns, rows } = this.out
    const lines = this.draw(columns, rows)
      .slice(0, rows)
      .map((line) => clip(line, columns))
    const patch = difference(this.shown, lines)
    if (patch !== '') this.out.write(patch)
    this.shown = lines
  }

  close(): void {
    if (!this.open) return
    this.open = false
    this.forget()
    this.out.write(LEAVE)
  }

  private wipe(): void {
    if (!this.open) return
    this.out.write(WIPE)
    this.shown = []
    this.repaint()
  }
}

/** What to write so that a terminal which shows `before` shows `after`; rows count from 1. */
export function difference(before: readonly string[], after: readonly string[]): string {
  let patch = ''
  for (let row = 0; row < Math.max(before.length, after.length); row++) {
    const line = after[row] ?? ''
    if (line !== (before[row] ?? '')) patch += `\u001b[${row + 1};1H${line}${CLEAR_REST}`
  }
  return patch
}
