/** phi of one edge over the run: how improbable its silence is to one who watches. */
import * as Plot from '@observablehq/plot'
import { settingsFor } from '../../../gossip/settings.js'
import type { Plan } from '../plan.js'
import type { Arm } from '../rehearsal.js'
import { draw, ink, type Drawing } from './drawing.js'
import { secondsAxis, troubleMarks } from './timeline.js'

export function phiDrawing(plan: Plan, arms: readonly Arm[]): Drawing | undefined {
  const recorded = arms[0]?.measured.recorded
  const edge = recorded?.edge ?? null
  if (recorded === undefined || edge === null || recorded.phi.length < 2) return undefined
  const { profile, ...changed } = plan.scenario.settings
  const { phiThreshold } = settingsFor(profile, changed)
  const points = recorded.phi.map(({ at, value }) => ({ at: at / 1000, value }))
  const highest = Math.max(phiThreshold, ...points.map(({ value }) => value))
  const svg = draw(
    { label: `phi of ${edge.of} as ${edge.by} sees it, over the run` },
    {
      marginTop: 28,
      x: secondsAxis(plan.scenario),
      y: { label: 'phi', labelArrow: 'none', grid: true, domain: [0, highest * 1.15] },
      marks: [
        ...troubleMarks(plan.scenario),
        Plot.ruleY([phiThreshold], { stroke: ink.ablated, strokeDasharray: '5 4' }),
        Plot.text([{ y: phiThreshold }], {
          y: 'y',
          text: () => `accused from ${phiThreshold} on`,
          frameAnchor: 'right',
          textAnchor: 'end',
          lineAnchor: 'bottom',
          dy: -4,
          fill: ink.ablated,
        }),
        Plot.lineY(points, { x: 'at', y: 'value', stroke: ink.ours, strokeWidth: 2 }),
      ],
    },
  )
  return {
    title: `phi of ${edge.of} as ${edge.by} sees it`,
    caption:
      'One steady edge. phi 1 means that such a silence has one chance in ten, 2 one in a ' +
      'hundred; an answer brings it back to 0. The line ends where the edge does.',
    svg,
  }
}
