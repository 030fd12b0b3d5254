/** False alarms by configuration: what each part of the protocol is worth. */
import * as Plot from '@observablehq/plot'
import type { Arm } from '../rehearsal.js'
import { draw, ink, type Drawing } from './drawing.js'

export function alarmsDrawing(arms: readonly Arm[]): Drawing | undefined {
  const bars = arms.map(({ configuration, measured }) => {
    const { falseAlarms, falseAtHealthy } = measured.recorded.alarms
    return { name: configuration.name, all: falseAlarms, healthy: falseAtHealthy }
  })
  const most = Math.max(...bars.map(({ all }) => all))
  if (arms.length < 2 || most === 0) return undefined
  const names = bars.map(({ name }) => name)
  const colour = ({ name }: { name: string }): string => inkOf(name)
  const svg = draw(
    { label: 'False alarms by configuration', height: 70 + 30 * bars.length },
    {
      marginLeft: 150,
      marginRight: 70,
      x: {
        label: 'verdicts on nodes that were well',
        labelArrow: 'none',
        grid: true,
        tickFormat: '~s',
      },
      y: { domain: names, label: null, tickSize: 0 },
      marks: [
        Plot.barX(bars, { x: 'all', y: 'name', fill: colour, fillOpacity: 0.35, inset: 3 }),
        Plot.barX(bars, { x: 'healthy', y: 'name', fill: colour, inset: 3 }),
        Plot.text(bars, {
          x: 'all',
          y: 'name',
          text: ({ all }: { all: number }) => String(all),
          textAnchor: 'start',
          dx: 6,
          fill: ink.text,
          fontVariant: 'tabular-nums',
        }),
        Plot.ruleX([0], { stroke: ink.muted }),
      ],
    },
  )
  return {
    title: 'False alarms by configuration',
    caption:
      'Verdicts on nodes that ran and to which nothing was done. Full: reached by nodes that ' +
      'were well too; pale: by those in trouble.',
    svg,
  }
}

/** Ours, ours without a part, and the others. */
export function inkOf(name: string): string {
  if (name === 'murmur') return ink.ours
  return name.startsWith('no-') ? ink.ablated : ink.other
}
