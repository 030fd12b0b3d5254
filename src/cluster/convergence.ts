/**
 * When to try a change: once gossip has converged. This is about time alone; what makes a change
 * safe is the majority of voters that accepts it. All live members agreeing would not: both sides
 * of a partition do (F joins through D and E while G joins through A, B and C; each side is of one
 * mind).
 */
import type { Millis } from '../base/machine.js'
import type { HostId } from '../gossip/identity.js'
import { majority, type Digest } from './record/record.js'

/** What a voter says, as far as it is known here. */
export interface Stand {
  readonly hostId: HostId
  readonly present: boolean
  readonly epoch: number
  readonly digest: Digest
  readonly intents: number
}

export interface Convergence {
  readonly present: number
  /** A majority of all voters, those that are down included. */
  readonly needed: number
  /** Present voters that hold the same record. */
  readonly agreeing: number
  /** Present voters that hold another record or know other intents. */
  readonly laggards: readonly HostId[]
  /** Changes with anything that a quiet window must begin anew for. */
  readonly mark: string
}

export function converge(
  stands: readonly Stand[],
  own: { readonly digest: Digest; readonly intents: number },
): Convergence {
  const present = stands.filter((stand) => stand.present)
  const agreeing = present.filter(({ digest }) => digest === own.digest)
  const same = agreeing.filter(({ intents }) => intents === own.intents)
  const laggards = present.filter((stand) => !same.includes(stand)).map(({ hostId }) => hostId)
  const said = present.map(({ hostId, epoch, intents }) => `${hostId} ${epoch} ${intents}`)
  return {
    present: present.length,
    needed: majority(stands.length),
    agreeing: agreeing.length,
    laggards,
    mark: `${own.digest} ${own.intents} ${said.join()}`,
  }
}

export type Readiness =
  | { readonly kind: 'frozen' }
  | { readonly kind: 'waits' }
  /** From then on, if nothing changes; passing over those who lag. */
  | { readonly kind: 'from'; readonly at: Millis; readonly without: readonly HostId[] }

/**
 * @param quietSince when the mark last changed
 * @param neededSince when something to be done was first seen
 * @param patience after how long an agreeing majority is enough
 */
export function readiness(
  { present, needed, agreeing, laggards }: Convergence,
  quietSince: Millis,
  window: Millis,
  neededSince: Millis,
  patience: Millis,
): Readiness {
  if (present < needed) return { kind: 'frozen' }
  if (agreeing < needed) return { kind: 'waits' }
  if (laggards.length === 0) {
    return { kind: 'from', at: Math.max(quietSince + window, neededSince), without: [] }
  }
  return { kind: 'from', at: neededSince + patience, without: laggards }
}

/** Rounds that gossip needs to reach so many: the base-2 logarithm, rounded up, 1 at least. */
export function roundsFor(members: number): number {
  let rounds = 1
  for (let reached = 2; reached < members; reached *= 2) rounds++
  return rounds
}
