/**
 * What a node must not forget, as keys and bytes: who it is, its generation, whom it knew and who
 * is gone. The host keeps the bytes; what they mean is decided here.
 */
import { Reader, Writer } from '../base/bytes.js'
import { isHostId, type HostId } from './identity.js'
import { readIdentity, readNumber, writeIdentity } from './claim.js'
import type { Member } from './members.js'
import { standings, type Standing } from './precedence.js'
import type { Identity } from './identity.js'

/** Raised when an older program could not read what a newer one wrote. */
const FORMAT = 1

export const keys = {
  /** Format, cluster name and host id; written once. */
  node: 'node',
  generation: 'generation',
  /** Epoch milliseconds of the last time this node was surely running. */
  seen: 'seen',
  member: (hostId: HostId): string => `member/${hostId}`,
} as const

/** A member as it was when last stored. */
export interface Remembered {
  readonly identity: Identity
  readonly standing: Standing
  readonly incarnation: number
  /** Epoch milliseconds of the last change of standing. */
  readonly since: number
}

export interface Restored {
  readonly hostId: HostId
  /** Highest generation ever stored, 0 when none was. */
  readonly generation: number
  readonly seen: number
  readonly members: readonly Remembered[]
}

export type Restoring =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'restored'; readonly restored: Restored }
  /** The data belongs to another cluster. */
  | { readonly kind: 'foreign'; readonly cluster: string }
  /** Written by a newer program. */
  | { readonly kind: 'newer'; readonly format: number }
  /** A value that cannot be what was written. */
  | { readonly kind: 'damaged'; readonly key: string }

/**
 * Reads what a host stored. Nothing is changed by it; a value that cannot be read is named, never
 * skipped.
 */
export function restore(stored: ReadonlyMap<string, Uint8Array>, cluster: string): Restoring {
  const node = stored.get(keys.node)
  if (node === undefined) {
    const stray = [...stored.keys()][0]
    return stray === undefined ? { kind: 'fresh' } : { kind: 'damaged', key: keys.node }
  }
  const from = new Reader(node)
  const format = from.varint()
  if (!from.failed && format > FORMAT) return { kind: 'newer', format }
  const found = { cluster: from.text(255), hostId: from.text(36) }
  if (from.failed || from.left > 0 || !isHostId(found.hostId)) {
    return { kind: 'damaged', key: keys.node }
  }
  if (found.cluster !== cluster) return { kind: 'foreign', cluster: found.cluster }
  return restoreRest(stored, found.hostId)
}

function restoreRest(stored: ReadonlyMap<string, Uint8Array>, hostId: HostId): Restoring {
  const generation = readStored(stored.get(keys.generation))
  if (generation === undefined) return { kind: 'damaged', key: keys.generation }
  const seen = readStored(stored.get(keys.seen))
  if (seen === undefined) return { kind: 'damaged', key: keys.seen }
  const members: Remembered[] = []
  for (const [key, bytes] of stored) {
    if (!key.startsWith('member/')) continue
    const member = readRemembered(bytes)
    if (member === undefined || keys.member(member.identity.hostId) !== key) {
      return { kind: 'damaged', key }
    }
    members.push(member)
  }
  return { kind: 'restored', restored: { hostId, generation, seen, members } }
}

export function nodeBytes(cluster: string, hostId: HostId): Uint8Array {
  const out = new Writer(512)
  out.varint(FORMAT)
  out.text(cluster)
  out.text(hostId)
  return out.take()
}

export function numberBytes(value: number): Uint8Array {
  const out = new Writer(16)
  out.varint(value)
  return out.take()
}

/** Empty between two members: all nodes of a process share it. */
const remembered = new Writer(1024)

export function rememberedBytes(member: Member, wall: number): Uint8Array {
  const out = remembered.reset()
  out.u8(standings.indexOf(member.standing))
  out.varint(member.incarnation)
  out.varint(Math.max(0, Math.round(wall)))
  writeIdentity(out, member.identity)
  return out.take()
}

function readRemembered(bytes: Uint8Array): Remembered | undefined {
  const from = new Reader(bytes)
  const standing = standings[from.u8()]
  const incarnation = readNumber(from)
  const since = readNumber(from)
  const identity = readIdentity(from)
  if (from.failed || from.left > 0 || standing === undefined) return undefined
  return { identity, standing, incarnation, since }
}

/** 0 where nothing was stored, undefined where it cannot be read. */
function readStored(bytes: Uint8Array | undefined): number | undefined {
  if (bytes === undefined) return 0
  const from = new Reader(bytes)
  const value = readNumber(from)
  return from.failed || from.left > 0 ? undefined : value
}
