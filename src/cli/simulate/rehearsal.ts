/**
 * Runs a plan in slices short enough that a terminal can be painted and Ctrl-C be heard between
 * them. What was measured when it was stopped is kept, and says that it is a part.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { SHIPPED, type Configuration } from '../../../simulations/configurations.js'
import { MeasuredRun, type Measured } from '../../../simulations/measures/measured.js'
import type { Plan } from './plan.js'

export interface Arm {
  readonly configuration: Configuration
  readonly measured: Measured
}

export interface Watch {
  /** How far all of it is, 0..1, and which configuration runs. */
  readonly at: (share: number, name: string) => void
  readonly stopped: () => boolean
}

/** What happens in one slice, however little time that is: some tens of milliseconds of work. */
const SLICE_EVENTS = 1000
const SLICE_SPAN = 2000

/** The first arm is the protocol as shipped; fewer than planned were run if it was stopped. */
export async function rehearse(plan: Plan, watch: Watch): Promise<Arm[]> {
  const arms: Arm[] = []
  for (const configuration of plan.configurations) {
    if (watch.stopped() && arms.length > 0) break
    const progress = (share: number): void => {
      watch.at((arms.length + share) / plan.configurations.length, configuration.name)
    }
    arms.push({ configuration, measured: await runArm(plan, configuration, progress, watch) })
  }
  return arms
}

async function runArm(
  { scenario, seed }: Plan,
  configuration: Configuration,
  progress: (share: number) => void,
  watch: Watch,
): Promise<Measured> {
  const settings = { ...scenario.settings, ...configuration.settings }
  const run = new MeasuredRun({ ...scenario, settings }, seed, {
    checked: configuration === SHIPPED,
  })
  for (let more = true; more && !watch.stopped();) {
    more = run.step(SLICE_SPAN, SLICE_EVENTS)
    progress(run.now / run.end)
    await nextTurn()
  }
  return run.measured
}
