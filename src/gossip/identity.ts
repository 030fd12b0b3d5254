/**
 * Who a node is for one generation: the facts that arrive together or not at all and never change
 * until it starts again. Names and addresses are attributes; the host id is the node.
 */
import type { Address } from '../base/machine.js'
import { scramble } from '../base/random.js'

/**
 * 128 random bits, created once and persisted; written like a UUID: 8-4-4-4-12 hexadecimal digits,
 * lower case.
 */
export type HostId = string

/**
 * 48 bits that stand for one (host id, generation) in headers and claims, as an integer. Two of
 * 10,000 live instances share one with probability 2e-7; a table that meets such a pair keeps the
 * first and counts the second.
 */
export type Tag = number

/** Counts an instance's refutations of suspicion; begins at 0 in each generation. */
export type Incarnation = number

export interface Identity {
  readonly hostId: HostId
  /** max(stored + 1, epoch seconds) at each start. */
  readonly generation: number
  readonly address: Address
  readonly name: string
  readonly dc: string
  readonly rack: string
  /** How many tokens it holds or asks for, and a digest over them. */
  readonly tokenCount: number
  readonly tokenDigest: number
  readonly tag: Tag
  /** Stands for the host id alone, whatever its generation. */
  readonly hostTag: Tag
}

export function identityOf(parts: Omit<Identity, 'tag' | 'hostTag'>): Identity {
  const words = hostIdWords(parts.hostId)
  const tag = tagOfWords(words, parts.generation)
  return { ...parts, tag, hostTag: tagOfWords(words, 0) }
}

/** No node: the target of a ping to an address whose owner is not known yet. */
export const NOBODY: Tag = 0

export function tagOf(hostId: HostId, generation: number): Tag {
  return tagOfWords(hostIdWords(hostId), generation)
}

/** Never 0, whatever host id and generation somebody made up: 0 is nobody. */
export function tagOfWords([a, b, c, d]: Words, generation: number): Tag {
  const low = scramble(scramble(a, b), generation >>> 0)
  const high = scramble(scramble(c, d), Math.floor(generation / 4294967296) ^ low)
  const tag = (high & 0xffff) * 4294967296 + low
  return tag === NOBODY ? 1 : tag
}

export function isHostId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)
}

/** A host id as four unsigned 32-bit integers. */
export type Words = readonly [number, number, number, number]

/** Of a text that is no host id some words or other; nobody has it. */
export function hostIdWords(hostId: HostId): Words {
  const half = (from: number): number => hexOf(hostId, from, 4)
  return [
    hexOf(hostId, 0, 8) >>> 0,
    ((half(9) << 16) | half(14)) >>> 0,
    ((half(19) << 16) | half(24)) >>> 0,
    hexOf(hostId, 28, 8) >>> 0,
  ]
}

/** Digits of lower case, by their places in the alphabet: parsing texts would make four. */
function hexOf(text: string, from: number, digits: number): number {
  let value = 0
  for (let i = from; i < from + digits; i++) {
    const code = text.charCodeAt(i)
    value = (value << 4) | ((code & 15) + (code > 57 ? 9 : 0))
  }
  return value
}

export function hostIdFromWords(a: number, b: number, c: number, d: number): HostId {
  const hex = [a, b, c, d].map((word) => word.toString(16).padStart(8, '0')).join('')
  const cuts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)]
  return `${cuts.join('-')}-${hex.slice(20)}`
}
