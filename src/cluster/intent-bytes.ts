/** Intents as bytes: what their ids are digests of, what facts and proposals carry. */
import { known } from '../base/assert.js'
import { readAddress, writeAddress } from '../base/address.js'
import { Reader, type Writer } from '../base/bytes.js'
import { NAME_MAX, readNumber } from '../gossip/claim.js'
import type { HostId } from '../gossip/identity.js'
import type { Intent, Newcomer, Wish } from './intent.js'
import { digestHex } from './record/digest.js'
import {
  ascending,
  readChoice,
  readFlag,
  readHostId,
  readList,
  readName,
  writeChoice,
  writeFlag,
  writeHostId,
  writeList,
  written,
} from './record/fields.js'
import { readReplication, writeReplication } from './record/replication-bytes.js'

const WISHES = [
  'join',
  'leave',
  'remove',
  'replace',
  'rebalance',
  'cancel',
  'create',
  'drop',
  'relieve',
  'alter',
  'configure',
  'upgrade',
  'understand',
] as const satisfies readonly Wish['kind'][]

/** Most intents of one author, and of one proposal. */
export const OWN_MAX = 64
export const INTENTS_MAX = 1024
const HOSTS_MAX = 1024
/** Hexadecimal digits of an id: 64 bits, as many as two of 10^6 need to differ. */
const ID_DIGITS = 16

export function intentOf(author: HostId, base: number, stamp: number, wish: Wish): Intent {
  const nameless = { id: '', author, base, stamp, wish }
  const bytes = written((out) => writeIntent(out, nameless))
  return { ...nameless, id: digestHex(known(bytes, 'an intent that fits')).slice(0, ID_DIGITS) }
}

/** The id is not written: it follows from the rest. */
export function writeIntent(out: Writer, intent: Intent): void {
  writeHostId(out, intent.author)
  out.varint(intent.base)
  out.varint(intent.stamp)
  writeChoice(out, WISHES, intent.wish.kind)
  writeWish(out, intent.wish)
}

export function readIntent(from: Reader): Intent {
  const author = readHostId(from)
  const base = readNumber(from)
  const stamp = readNumber(from)
  const wish = readWish(from, readChoice(from, WISHES))
  return intentOf(author, base, stamp, wish)
}

/** A list of them, as a fact holds it. */
export function intentsBytes(intents: readonly Intent[]): Uint8Array {
  const bytes = written((out) => writeList(out, intents, (intent) => writeIntent(out, intent)))
  return known(bytes, 'intents that fit')
}

/** Read once, for the nodes of one process share the bytes; an entry goes with its bytes. */
const lists = new WeakMap<Uint8Array, readonly Intent[]>()

/** undefined when the bytes are no list of intents. */
export function intentsOf(bytes: Uint8Array): readonly Intent[] | undefined {
  const held = lists.get(bytes) ?? parsed(bytes)
  if (held !== undefined) lists.set(bytes, held)
  return held
}

function parsed(bytes: Uint8Array): readonly Intent[] | undefined {
  const from = new Reader(bytes)
  const intents = readList(from, OWN_MAX, () => readIntent(from))
  return from.failed || from.left > 0 ? undefined : intents
}

function writeWish(out: Writer, wish: Wish): void {
  switch (wish.kind) {
    case 'join':
      return writeNewcomer(out, wish.who)
    case 'leave':
      writeHostId(out, wish.hostId)
      return writeFlag(out, wish.force)
    case 'remove':
      writeList(out, wish.hostIds, (hostId) => writeHostId(out, hostId))
      return writeFlag(out, wish.loseData)
    case 'replace':
      writeHostId(out, wish.hostId)
      writeNewcomer(out, wish.by)
      return writeFlag(out, wish.loseData)
    case 'rebalance':
      return out.varint(wish.bar)
    case 'cancel':
      return out.text(wish.move)
    case 'create':
      out.text(wish.name)
      return writeReplication(out, wish.replication)
    case 'alter':
      out.text(wish.name)
      return writeReplication(out, wish.replication)
    case 'drop':
      return out.text(wish.name)
    case 'configure':
      out.text(wish.name)
      return out.text(wish.value)
    case 'upgrade':
      return out.varint(wish.features)
    case 'understand':
      writeHostId(out, wish.hostId)
      return out.varint(wish.features)
    case 'relieve':
      return writeList(out, wish.hostIds, (hostId) => writeHostId(out, hostId))
  }
}

function readWish(from: Reader, kind: Wish['kind']): Wish {
  switch (kind) {
    case 'join':
      return { kind, who: readNewcomer(from) }
    case 'leave':
      return { kind, hostId: readHostId(from), force: readFlag(from) }
    case 'remove':
      return { kind, hostIds: readHostIds(from), loseData: readFlag(from) }
    case 'replace': {
      const hostId = readHostId(from)
      return { kind, hostId, by: readNewcomer(from), loseData: readFlag(from) }
    }
    case 'rebalance':
      return { kind, bar: readNumber(from) }
    case 'cancel':
      return { kind, move: readName(from) }
    case 'create':
      return { kind, name: readName(from), replication: readReplication(from) }
    case 'alter':
      return { kind, name: readName(from), replication: readReplication(from) }
    case 'drop':
      return { kind, name: readName(from) }
    case 'configure':
      return { kind, name: readName(from), value: from.text(NAME_MAX) }
    case 'upgrade':
      return { kind, features: readNumber(from) }
    case 'understand':
      return { kind, hostId: readHostId(from), features: readNumber(from) }
    case 'relieve':
      return { kind, hostIds: readHostIds(from) }
  }
}

function readHostIds(from: Reader): HostId[] {
  const hostIds = readList(from, HOSTS_MAX, () => readHostId(from))
  if (hostIds.length === 0 || !ascending(hostIds, (hostId) => hostId)) from.fail()
  return hostIds
}

export function writeNewcomer(out: Writer, who: Newcomer): void {
  writeHostId(out, who.hostId)
  out.text(who.name)
  writeAddress(out, who.address)
  out.text(who.dc)
  out.text(who.rack)
  out.varint(who.tokens)
  out.varint(who.features)
}

export function readNewcomer(from: Reader): Newcomer {
  const hostId = readHostId(from)
  const name = readName(from)
  const address = readAddress(from)
  const dc = readName(from)
  const rack = readName(from)
  const tokens = readNumber(from)
  if (address === '' || tokens < 1 || tokens > 1024) from.fail()
  return { hostId, name, address, dc, rack, tokens, features: readNumber(from) }
}
