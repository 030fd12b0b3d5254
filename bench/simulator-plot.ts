/** How the cost of a settled cluster grows with its size, as bench/simulator.ts measures it. */
import * as Plot from '@observablehq/plot'
import { draw, ink } from '../src/cli/simulate/report/drawing.js'
import { standing } from '../src/cli/simulate/report/figure.js'

/** CPU seconds of one size. */
export interface Cost {
  readonly hosts: number
  /** For a second of virtual time, at rest and in the twenty after a crash. */
  readonly rest: number
  readonly crash: number
}

export function growthPlot(costs: readonly Cost[]): string {
  const label = 'CPU time of a virtual second against the number of hosts'
  const lines = (['rest', 'crash'] as const).map((what) => {
    const place = { x: 'hosts', y: what } as const
    const colour = what === 'rest' ? ink.ours : ink.ablated
    return [
      Plot.line(costs, { ...place, stroke: colour, strokeWidth: 2 }),
      Plot.dot(costs, { ...place, r: 4, fill: colour }),
      Plot.text(costs.slice(-1), {
        ...place,
        text: () => (what === 'rest' ? 'at rest' : 'after a crash'),
        textAnchor: 'end',
        dy: -12,
        fill: colour,
      }),
    ]
  })
  const plot = draw(
    { label, height: 330 },
    {
      marginTop: 30,
      marginRight: 32,
      x: { type: 'log', label: 'hosts, each with a full view', tickFormat: ',' },
      y: { type: 'log', label: 'CPU seconds for a virtual second', grid: true, tickFormat: '~g' },
      marks: [Plot.ruleY([1], { stroke: ink.muted, strokeDasharray: '4 4' }), ...lines.flat()],
    },
  )
  return standing(plot, label, 'node --import tsx bench/simulator.ts growth')
}
