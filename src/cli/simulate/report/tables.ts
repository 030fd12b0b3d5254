/** How many different member tables there are among the running nodes, over the run. */
import * as Plot from '@observablehq/plot'
import type { Plan } from '../plan.js'
import type { Arm } from '../rehearsal.js'
import { draw, ink, type Drawing } from './drawing.js'
import { roundTicks, secondsAxis, troubleMarks } from './timeline.js'

export function tablesDrawing(plan: Plan, arms: readonly Arm[]): Drawing | undefined {
  const [shipped] = arms
  const swim = arms.find(({ configuration }) => configuration.name === 'swim')
  const points = pointsOf(shipped)
  if (points.length < 2) return undefined
  const others = pointsOf(swim)
  const svg = draw(
    { label: 'Different member tables among the running nodes, over the run' },
    {
      marginTop: 28,
      x: secondsAxis(plan.scenario),
      y: {
        type: 'log',
        domain: [1, Math.max(2, ...[...points, ...others].map(({ value }) => value))],
        label: 'different tables',
        labelArrow: 'none',
        grid: true,
        ticks: roundTicks([1, 2, ...[...points, ...others].map(({ value }) => value)]),
        tickFormat: '~s',
      },
      marks: [
        ...troubleMarks(plan.scenario),
        Plot.lineY(others, { x: 'at', y: 'value', curve: 'step-after', stroke: ink.other }),
        Plot.lineY(points, {
          x: 'at',
          y: 'value',
          curve: 'step-after',
          stroke: ink.ours,
          strokeWidth: 2,
        }),
      ],
    },
  )
  const swims = others.length > 0 ? ' Grey: plain SWIM.' : ''
  return {
    title: 'Different tables',
    caption:
      'How many different member tables the running nodes hold, four times a second; at 1 all ' +
      `agree.${swims}`,
    svg,
  }
}

function pointsOf(arm: Arm | undefined): { at: number; value: number }[] {
  return (arm?.measured.recorded.tables ?? []).map(({ at, value }) => ({
    at: at / 1000,
    value: Math.max(1, value),
  }))
}
