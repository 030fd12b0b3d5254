/**
 * The tokens a node asks for until there is a ring to allocate them: random, but drawn from its
 * host id, so that it asks for the same ones after each start. They are published as a fact.
 */
import { Reader, Writer } from '../base/bytes.js'
import { Random, scramble } from '../base/random.js'
import { hostIdWords, type HostId } from '../gossip/identity.js'
import type { Token } from '../ring/token.js'

/** The fact that holds them: 8 bytes each, big-endian, two's complement, in the order drawn. */
export const TOKENS_FACT = 'tokens'

export function wishedTokens(hostId: HostId, count: number): Uint8Array {
  const seed = hostIdWords(hostId).reduce(scramble)
  const random = Random.from(seed).fork('tokens')
  const out = new Writer(count * 8)
  for (let i = 0; i < count * 2; i++) out.u32(random.bits())
  return out.take()
}

/** The tokens of a fact, undefined when it is absent or no such fact. */
export function readTokens(value: Uint8Array | undefined): Token[] | undefined {
  if (value === undefined || value.length === 0 || value.length % 8 !== 0) return undefined
  const reader = new Reader(value)
  return Array.from({ length: value.length / 8 }, () => ({
    hi: reader.u32() | 0,
    lo: reader.u32(),
  }))
}

/**
 * 32 bits over all tokens: equal digests, equal tokens, but for one chance in four thousand
 * million.
 */
export function digestOf(tokens: Uint8Array): number {
  return tokens.reduce((hash, byte) => scramble(hash, byte), tokens.length)
}
