/**
 * I2 and I3, looked at from outside whenever they could have been broken: at no moment can a quorum
 * read gather its answers, under any record that was ever agreed on, from replicas none of which
 * holds what a majority acknowledged; and of any two placements under which requests can still be
 * completed, each writes to the replicas that the other reads from. A client would need luck to see
 * either; here no luck is needed.
 */
import { compareBytes } from '../../src/base/byte-order.js'
import { known } from '../../src/base/assert.js'
import type { Copies } from '../../src/cluster/data/consistency.js'
import {
  placesOf,
  rowPlace,
  sameMembers,
  samePlaces,
  type Places,
} from '../../src/cluster/data/places.js'
import { majority, type RingRecord } from '../../src/cluster/record/record.js'
import type { HostId } from '../../src/gossip/identity.js'

/** A placement of a key, from the epoch that brought it about until the next one did. */
interface Era {
  readonly since: number
  readonly until: number
  readonly places: Places
}

/** How the replicas are, as far as it matters whether they would answer. */
export interface Replicas {
  /** Whether it would serve a request of this epoch, by the fence that ships. */
  serves(hostId: HostId, epoch: number, kind: 'read' | 'write', key: Uint8Array): boolean
  holds(hostId: HostId, key: Uint8Array): Uint8Array | null
}

/**
 * @param records all that were agreed on, oldest first
 * @param promised the latest version that a majority acknowledged
 * @returns what is broken
 */
export function overlapProblems(
  records: readonly RingRecord[],
  key: Uint8Array,
  promised: Uint8Array | undefined,
  replicas: Replicas,
): string[] {
  const newest = records.at(-1)?.epoch ?? 0
  const eras = erasOf(records, key).filter(({ places, until }) =>
    can('read', places.reads, Math.min(until - 1, newest), key, replicas),
  )
  const lost = eras.filter(({ places, until }) => {
    if (promised === undefined) return false
    return canMiss(places.reads, Math.min(until - 1, newest), key, promised, replicas)
  })
  return [
    ...lost.map(({ since }) => `a quorum read of epoch ${since} can miss an acknowledged write`),
    ...strangers(eras, newest, key, replicas),
  ]
}

/** Pairs of placements that can both complete requests, and do not know of each other. */
function strangers(
  eras: readonly Era[],
  newest: number,
  key: Uint8Array,
  replicas: Replicas,
): string[] {
  const writable = eras.filter(({ places, until }) =>
    places.writes.every((copies) =>
      can('write', copies, Math.min(until - 1, newest), key, replicas),
    ),
  )
  return eras.flatMap((reading) =>
    writable
      .filter(
        ({ places }) => !places.writes.some((copies) => sameMembers(copies, reading.places.reads)),
      )
      .map(({ since }) => `epoch ${since} can write what epoch ${reading.since} cannot read`),
  )
}

/** Whether a majority would serve a request of an epoch. */
function can(
  kind: 'read' | 'write',
  copies: Copies,
  epoch: number,
  key: Uint8Array,
  replicas: Replicas,
): boolean {
  const ready = countOf(copies, (id) => replicas.serves(id, epoch, kind, key))
  return ready >= majority(copies.members.length)
}

function canMiss(
  copies: Copies,
  epoch: number,
  key: Uint8Array,
  promised: Uint8Array,
  replicas: Replicas,
): boolean {
  const blind = countOf(copies, (id) => {
    const version = replicas.holds(id, key)
    const older = version === null || compareBytes(version, promised) < 0
    return older && replicas.serves(id, epoch, 'read', key)
  })
  return blind >= majority(copies.members.length)
}

function countOf({ members }: Copies, holds: (id: HostId) => boolean): number {
  return members.reduce((sum, { id }) => sum + (holds(id) ? 1 : 0), 0)
}

function erasOf(records: readonly RingRecord[], key: Uint8Array): Era[] {
  const place = known(rowPlace(key), 'the place of a key')
  const eras: { since: number; until: number; places: Places }[] = []
  for (const record of records) {
    const places = placesOf(record, place)
    const last = eras.at(-1)
    if (places === undefined || samePlaces(last?.places, places)) continue
    if (last !== undefined) last.until = record.epoch
    eras.push({ since: record.epoch, until: Infinity, places })
  }
  return eras
}
