/**
 * The fence: what a replica does with a request by the epoch that it carries. One that is older
 * than the last change of its range is refused, so that no two placements that do not know of each
 * other can both gather a quorum; ranges that did not change are never refused, so a change
 * elsewhere stalls nobody. The epoch before is refused like any other: letting it through loses
 * writes (the model in the test suite shows how).
 */
import type { HostId } from '../../gossip/identity.js'
import { bannedIn, type RingRecord } from '../record/record.js'
import { keeps, placesOf, rowPlace, samePlaces, type Places, type RowPlace } from './places.js'
import { keyOf, type Request } from './request.js'

export type Ruling =
  | { readonly kind: 'serve' }
  /** The request is of an earlier placement. */
  | { readonly kind: 'stale'; readonly epoch: number }
  /** The request is of a later record: this one is to be fetched first. */
  | { readonly kind: 'behind' }
  | { readonly kind: 'refuse'; readonly why: string }

/** @param history the records that the replica holds, the newest last, without a gap */
export function rule(request: Request, self: HostId, history: readonly RingRecord[]): Ruling {
  // Who lives where another lived would count for both: two of a quorum would be one.
  if (request.to !== self) return { kind: 'refuse', why: `it is meant for ${request.to}` }
  const newest = history.at(-1)
  if (newest === undefined || request.epoch > newest.epoch) return { kind: 'behind' }
  const banned = bannedIn(newest, request.by)
  if (banned !== undefined) return { kind: 'refuse', why: `its node was ${banned.as}` }
  const place = rowPlace(keyOf(request.ask))
  if (place === undefined) return { kind: 'refuse', why: 'its key is none' }
  if (changedSince(history, place, request.epoch)) return { kind: 'stale', epoch: newest.epoch }
  return isAsked(request, placesOf(newest, place), self)
    ? { kind: 'serve' }
    : { kind: 'refuse', why: `this node does not keep the key at epoch ${newest.epoch}` }
}

/**
 * Whether the replicas of a token, or which of them are read from, changed after an epoch. Where
 * the history does not reach back so far they may have.
 */
export function changedSince(
  history: readonly RingRecord[],
  place: RowPlace,
  epoch: number,
): boolean {
  let later: Places | undefined
  for (let i = history.length - 1; i >= 0; i--) {
    const record = history[i]
    if (record === undefined) break
    const places = placesOf(record, place)
    if (i < history.length - 1 && !samePlaces(places, later)) return true
    if (record.epoch <= epoch) return false
    later = places
  }
  return true
}

function isAsked({ ask }: Request, places: Places | undefined, self: HostId): boolean {
  if (places === undefined) return false
  if (ask.kind === 'read') return keeps(places.reads, self)
  return places.writes.some((copies) => keeps(copies, self))
}
