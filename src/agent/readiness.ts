/** Whether an agent does its work, and if not, why: one sentence for each thing that is missing. */
import type { GossipView, MemberView } from '../gossip/view.js'
import type { SeedState } from './seeds.js'

export interface Reason {
  readonly code: string
  readonly message: string
}

export interface Readiness {
  readonly ready: boolean
  readonly reasons: readonly Reason[]
}

export interface Circumstances {
  readonly stopping: boolean
  readonly view: GossipView
  readonly seeds: readonly SeedState[]
  /** A peer was up at some time: whoever joined once stays ready, also when alone. */
  readonly joined: boolean
}

export function readiness(now: Circumstances): Readiness {
  const reasons = reasonsOf(now)
  return { ready: reasons.length === 0, reasons }
}

export function isPeer(member: MemberView): boolean {
  return !member.self && member.liveness !== 'down'
}

function reasonsOf({ stopping, view, seeds, joined }: Circumstances): readonly Reason[] {
  if (stopping) return [{ code: 'stopping', message: 'The agent is stopping.' }]
  if (!view.started) {
    return [{ code: 'starting', message: 'The agent has not stored its generation yet.' }]
  }
  if (joined) return []
  const missing = seeds.flatMap((seed) => missingOf(seed, view))
  // A list that names this agent alone asks for nobody else.
  const hasAny = seeds.some(
    ({ addresses, problem }) => addresses.length > 0 || problem !== undefined,
  )
  return hasAny && missing.length === 0
    ? [{ code: 'seed.trying', message: 'No seed has been reached yet.' }]
    : missing
}

function missingOf({ seed, addresses, problem }: SeedState, view: GossipView): readonly Reason[] {
  if (problem !== undefined && addresses.length === 0) {
    return [{ code: 'seed.unresolvable', message: `Seed ${seed}: ${problem}; it is tried again.` }]
  }
  return addresses.flatMap((address) => {
    const known = view.seeds.find((one) => one.address === address)
    const place = address === seed ? address : `${seed} at ${address}`
    if (known?.state === 'joined') return []
    if (known?.state === 'foreign') {
      const message = `Seed ${place} belongs to another cluster than ${view.cluster}.`
      return [{ code: 'seed.foreign', message }]
    }
    const tries = known?.tries ?? 0
    return [{ code: 'seed.silent', message: `Seed ${place} does not answer (${tries} tries).` }]
  })
}
