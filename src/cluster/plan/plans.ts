/**
 * Plans that were made already: a planner is a function of values, and its answer is asked for by
 * the proposer, by every acceptor and again at every look, in a simulation by all nodes of one
 * process. Nothing but time is saved by it.
 */
import type { Sealed } from '../record/record-bytes.js'
import { plan, type Inputs, type Planned } from './plan.js'

/** Plans kept of one record; the oldest is dropped. */
const PLANS_MAX = 8

/** Entries go with their records. */
const plans = new WeakMap<Sealed, Map<string, Planned>>()

export function planned(parent: Sealed, inputs: Inputs): Planned {
  const key = nameOf(inputs)
  const kept = plans.get(parent) ?? new Map<string, Planned>()
  plans.set(parent, kept)
  const held = kept.get(key)
  if (held !== undefined) return held
  const made = plan(parent, inputs)
  kept.set(key, made)
  const [oldest] = kept.keys()
  if (kept.size > PLANS_MAX && oldest !== undefined) kept.delete(oldest)
  return made
}

/** An intent's id is a digest of all of it, also where it came from another node. */
function nameOf({ intents, applied, copied }: Inputs): string {
  const ids = intents.map(({ id }) => id).join()
  return `${ids} ${applied.flat().join()} ${copied.flat().join()}`
}
