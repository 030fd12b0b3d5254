/**
 * I2 and I3, looked at from outside whenever they could have been broken: at no moment can a quorum
 * read gather its answers, under any record that was ever agreed on, from replicas none of which
 * holds what a majority acknowledged; of any two placements under which requests can still be
 * completed, each writes to the replicas that the other reads from; and once a movement has passed
 * a barrier, none from before the stage that waited for it can complete any. A client would need
 * luck to see one of these; here no luck is needed.
 */
import { compareBytes } from '../../src/base/byte-order.js'
import { known } from '../../src/base/assert.js'
import { encodeUtf8 } from '../../src/base/utf8.js'
import type { Copies } from '../../src/cluster/data/consistency.js'
import {
  placesOf,
  rowPlace,
  sameMembers,
  samePlaces,
  type Places,
  type RowPlace,
} from '../../src/cluster/data/places.js'
import { rowKey } from '../../src/cluster/data/row.js'
import { labelOf, majority, type RingRecord } from '../../src/cluster/record/record.js'
import type { HostId } from '../../src/gossip/identity.js'
import { KEYSPACE } from './clients.js'

/** A placement of a key, from the epoch that brought it about until the next one did. */
interface Era {
  readonly since: number
  until: number
  readonly places: Places
  /** A cancelled movement on its way back. */
  readonly isBack: boolean
  /** Whether a barrier had to fall before this one could take the place of the last. */
  readonly behindBarrier: boolean
}

/** How the replicas are, as far as it matters whether they would answer. */
export interface Replicas {
  /**
   * Whether it would serve a request of this epoch, by the fence that ships. The same key is always
   * the same value.
   */
  serves(hostId: HostId, epoch: number, kind: 'read' | 'write', key: Uint8Array): boolean
  holds(hostId: HostId, key: Uint8Array): Uint8Array | null
}

/** What is known of one key. */
interface Watched {
  readonly key: Uint8Array
  readonly place: RowPlace
  /** Oldest first; bounded, as the keys are, by the run. */
  readonly eras: Era[]
  /** How many records its eras were made of. */
  seen: number
}

export class Overlap {
  /** Bounded by the run, as the watch's are that it is. */
  private readonly records: readonly RingRecord[]
  private readonly replicas: Replicas
  /** By the keyspace's label and name; bounded by the keys and creations of the run. */
  private readonly watched = new Map<string, Watched>()

  /** @param records all that were agreed on, oldest first; it grows */
  constructor(records: readonly RingRecord[], replicas: Replicas) {
    this.records = records
    this.replicas = replicas
  }

  /**
   * @param promised the latest version that a majority acknowledged
   * @returns what is broken of a key
   */
  problems(name: string, promised: Uint8Array | undefined): string[] {
    const { replicas } = this
    const record = this.records.at(-1)
    const keyspace = record?.keyspaces.find((each) => each.name === KEYSPACE)
    if (record === undefined || keyspace === undefined) return []
    const newest = record.epoch
    const { key, eras } = this.upToDate(labelOf(keyspace), name)
    const last = (era: Era): number => Math.min(era.until - 1, newest)
    const readable = eras.filter((era) => can('read', era.places.reads, last(era), key, replicas))
    const writable = eras.filter((era) =>
      era.places.writes.every((copies) => can('write', copies, last(era), key, replicas)),
    )
    const lost = readable.filter((era) => {
      if (promised === undefined) return false
      return canMiss(era.places.reads, last(era), key, promised, replicas)
    })
    return [
      ...lost.map(({ since }) => `a quorum read of epoch ${since} can miss an acknowledged write`),
      ...strangers(readable, writable),
      ...undead(eras, [...readable, ...writable]),
    ]
  }

  private upToDate(label: string, name: string): Watched {
    const watched = this.watched.get(`${label} ${name}`) ?? newWatched(label, name)
    this.watched.set(`${label} ${name}`, watched)
    const { place, eras } = watched
    for (const record of this.records.slice(watched.seen)) {
      const places = placesOf(record, place)
      const last = eras.at(-1)
      if (places === undefined || samePlaces(last?.places, places)) continue
      if (last !== undefined) last.until = record.epoch
      eras.push(eraAfter(last, places, record.epoch))
    }
    watched.seen = this.records.length
    return watched
  }
}

function newWatched(label: string, name: string): Watched {
  const key = rowKey(label, encodeUtf8(name))
  return { key, place: known(rowPlace(key), 'the place of a key'), eras: [], seen: 0 }
}

/** Pairs of placements that can both complete requests, and do not know of each other. */
function strangers(readable: readonly Era[], writable: readonly Era[]): string[] {
  return readable.flatMap((reading) =>
    writable
      .filter(
        ({ places }) => !places.writes.some((copies) => sameMembers(copies, reading.places.reads)),
      )
      .map(({ since }) => `epoch ${since} can write what epoch ${reading.since} cannot read`),
  )
}

/**
 * I3: the barrier was that a majority acts on the stage before it, so whatever came before that
 * stage is over for good.
 */
function undead(eras: readonly Era[], alive: readonly Era[]): string[] {
  const last = eras.findLastIndex(({ behindBarrier }) => behindBarrier)
  const barrier = eras[last]
  if (barrier === undefined) return []
  const over = new Set(eras.slice(0, last - 1))
  return [...new Set(alive)]
    .filter((era) => over.has(era))
    .map(({ since }) => `epoch ${since} outlives the barrier before epoch ${barrier.since}`)
}

function eraAfter(before: Era | undefined, places: Places, since: number): Era {
  const until = Infinity
  const moved = before !== undefined && before.places.writes.length > 1
  if (!moved) return { since, until, places, isBack: false, behindBarrier: false }
  const readNew = readsNew(before.places)
  const goesOn = before.places.writes.every((copies, i) => sameMembers(copies, places.writes[i]))
  const isBack = goesOn && readNew && places.writes.length > 1 && !readsNew(places)
  const behindBarrier = goesOn && places.writes.length > 1 ? !readNew : readNew || before.isBack
  return { since, until, places, isBack, behindBarrier }
}

function readsNew({ reads, writes }: Places): boolean {
  return writes.length > 1 && sameMembers(reads, writes[1])
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
