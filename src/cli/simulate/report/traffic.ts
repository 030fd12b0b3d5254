/** Bytes that a node sends a second, over the run. */
import * as Plot from '@observablehq/plot'
import type { Plan } from '../plan.js'
import type { Arm } from '../rehearsal.js'
import { draw, ink, type Drawing } from './drawing.js'
import { roundTicks, secondsAxis, troubleMarks } from './timeline.js'

export function trafficDrawing(plan: Plan, arms: readonly Arm[]): Drawing | undefined {
  const [shipped] = arms
  const swim = arms.find(({ configuration }) => configuration.name === 'swim')
  const points = pointsOf(shipped)
  if (shipped === undefined || points.length < 2) return undefined
  const others = pointsOf(swim)
  const svg = draw(
    { label: 'Bytes a second that a node sends, over the run' },
    {
      marginTop: 28,
      marginLeft: 64,
      x: secondsAxis(plan.scenario),
      y: {
        type: 'log',
        label: 'bytes/s',
        labelArrow: 'none',
        grid: true,
        ticks: roundTicks([...points, ...others].flatMap(({ mean, most }) => [mean, most])),
        tickFormat: '~s',
      },
      marks: [
        ...troubleMarks(plan.scenario),
        Plot.lineY(points, {
          x: 'at',
          y: 'most',
          stroke: ink.ours,
          strokeWidth: 1,
          strokeOpacity: 0.5,
        }),
        Plot.lineY(others, { x: 'at', y: 'mean', stroke: ink.other, strokeWidth: 1.5 }),
        Plot.lineY(points, { x: 'at', y: 'mean', stroke: ink.ours, strokeWidth: 2.5 }),
      ],
    },
  )
  const swims = others.length > 0 ? ' Grey: the mean of plain SWIM.' : ''
  return {
    title: 'Bytes a node sends',
    caption:
      'Windows of one second, headers included. Thick: the mean over all nodes; thin: the node ' +
      `that sent most.${swims}`,
    svg,
  }
}

interface Point {
  readonly at: number
  readonly mean: number
  readonly most: number
}

/** A logarithmic axis has no place for nothing. */
function pointsOf(arm: Arm | undefined): Point[] {
  return (arm?.measured.recorded.traffic ?? [])
    .filter(({ mean }) => mean > 0)
    .map(({ at, mean, most }) => ({ at: at / 1000, mean, most }))
}
