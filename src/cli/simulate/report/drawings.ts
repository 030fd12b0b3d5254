/** All drawings of a simulation that have something to show. */
import type { Figure } from '../../../../simulations/scenarios/named.js'
import type { Plan } from '../plan.js'
import type { Arm } from '../rehearsal.js'
import { alarmsDrawing } from './alarms.js'
import { detectionDrawing } from './detection.js'
import type { Drawing } from './drawing.js'
import { infectionDrawing } from './infection.js'
import { phiDrawing } from './phi.js'
import { tablesDrawing } from './tables.js'
import { trafficDrawing } from './traffic.js'

type Draughtsman = (plan: Plan, arms: readonly Arm[]) => Drawing | undefined

const byFigure: Readonly<Record<Figure, Draughtsman>> = {
  infection: infectionDrawing,
  detection: (_, arms) => detectionDrawing(arms),
  alarms: (_, arms) => alarmsDrawing(arms),
  tables: tablesDrawing,
  phi: phiDrawing,
  traffic: trafficDrawing,
}

const ORDER: readonly Figure[] = ['infection', 'detection', 'alarms', 'tables', 'phi', 'traffic']

/** The scenario's own first. */
export function drawingsOf(plan: Plan, arms: readonly Arm[]): Drawing[] {
  const others = ORDER.filter((figure) => figure !== plan.figure)
  return [plan.figure, ...others].flatMap((figure) => byFigure[figure](plan, arms) ?? [])
}
