/**
 * Bytes and messages: whatever can be said comes back as it was said, and whatever else arrives is
 * junk as a value. Damage is done to real messages, cut at every byte and flipped at every bit,
 * because random bytes seldom get far.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Reader, Writer } from '../../src/base/bytes.js'
import { NUMBER_LIMIT, readRumor, writeRumor } from '../../src/gossip/claim.js'
import { clusterTag, decode, SECTION, WIRE_VERSION } from '../../src/gossip/codec.js'
import type { Identity } from '../../src/gossip/identity.js'
import type { Junk, Message } from '../../src/gossip/message.js'
import { bytesOf, message, rumor } from './arbitrary.js'

const LIMIT = 1048576

const ping: Message = {
  body: { kind: 'ping', seq: 7, target: 9 },
  cluster: 1,
  sender: 2,
  incarnation: 3,
  digest: 4,
  whoAreYou: false,
  settled: true,
  clusterName: '',
  clusterId: '',
  rumors: [],
  buckets: [],
  rows: null,
  wants: [],
}

function isJunk(found: Message | Junk): found is Junk {
  return 'kind' in found
}

function reasonOf(bytes: Uint8Array, limit = LIMIT): string {
  const found = decode(bytes, limit)
  return isJunk(found) ? found.reason : 'message'
}

function withSection(number: number, ...content: number[]): Uint8Array {
  return Uint8Array.from([...bytesOf(ping), number, 0, 0, content.length, ...content])
}

describe('what is sent comes back', () => {
  test('as every message, with any of its sections', () => {
    fc.assert(
      fc.property(message, (sent) => {
        expect(decode(bytesOf(sent), LIMIT)).toEqual(sent)
      }),
      { numRuns: 300 },
    )
  })

  test('as every rumor, without a byte left', () => {
    fc.assert(
      fc.property(rumor, (told) => {
        const out = new Writer(1024)
        writeRumor(out, told)
        const from = new Reader(out.take())
        expect(readRumor(from)).toEqual(told)
        expect([from.failed, from.left]).toEqual([false, 0])
      }),
      { numRuns: 300 },
    )
  })

  test('as the very identity that is known already, whatever stands before and behind it', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const known = new Map<number, Identity>()
        for (const told of sent.rumors) {
          if (told.kind === 'introduction') known.set(told.identity.tag, told.identity)
        }
        const found = decode(bytesOf(sent), LIMIT, (tag) => known.get(tag))
        expect(found).toEqual(sent)
        if (isJunk(found)) return
        for (const told of found.rumors) {
          if (told.kind !== 'introduction') continue
          expect(known.get(told.identity.tag)).toBe(told.identity)
        }
      }),
    )
  })

  test('a ping without news takes 27 bytes', () => {
    expect(bytesOf(ping)).toHaveLength(27)
  })

  test('phi is told in tenths, at most 25.5', () => {
    const out = new Writer(64)
    const accusers = [8.04, 25.5, 30].map((phi, by) => ({ by: by + 1, phi }))
    writeRumor(out, { kind: 'claim', about: 1, standing: 'suspect', incarnation: 0, accusers })
    const told = [8, 25.5, 25.5].map((phi, by) => ({ by: by + 1, phi }))
    expect(readRumor(new Reader(out.take()))).toMatchObject({ accusers: told })
  })
})

describe('what was damaged is junk or another message, never an exception', () => {
  test('random bytes, with and without a true version', () => {
    const first = fc.constantFrom(WIRE_VERSION, WIRE_VERSION - 1)
    fc.assert(
      fc.property(first, fc.nat(0x1f), fc.uint8Array({ maxLength: 200 }), (version, kind, rest) => {
        decode(rest, LIMIT)
        decode(Uint8Array.from([version, kind, ...rest]), LIMIT)
      }),
      { numRuns: 1000 },
    )
  })

  test('messages cut anywhere', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const bytes = bytesOf(sent)
        const step = Math.max(1, Math.floor(bytes.length / 60))
        for (let size = 0; size < bytes.length; size += step) {
          const found = decode(bytes.subarray(0, size), LIMIT)
          if (isJunk(found)) expect(['empty', 'truncated', 'malformed']).toContain(found.reason)
          else expect(found.body).toEqual(sent.body)
        }
      }),
    )
  })

  test('messages with any bits flipped', () => {
    const flips = fc.array(fc.nat(), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(message, flips, (sent, places) => {
        const bytes = Uint8Array.from(bytesOf(sent))
        for (const place of places) {
          const index = place % bytes.length
          bytes[index] = (bytes[index] ?? 0) ^ (1 << (place % 8))
        }
        const found = decode(bytes, LIMIT)
        if (isJunk(found)) expect(found.reason).not.toBe('')
        else expect(decode(bytesOf(found), LIMIT)).toEqual(found)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('junk says why', () => {
  const whole = bytesOf(ping)

  test.each([
    ['nothing', Uint8Array.of(), 'empty'],
    ['one byte', Uint8Array.of(WIRE_VERSION), 'empty'],
    ['a version to come', Uint8Array.of(WIRE_VERSION + 1, ...whole.subarray(1)), 'version'],
    ['a version long gone', Uint8Array.of(WIRE_VERSION + 254, ...whole.subarray(1)), 'version'],
    ['a kind that is none', Uint8Array.of(WIRE_VERSION, 0x0f, ...whole.subarray(2)), 'kind'],
    ['a head cut short', whole.subarray(0, 26), 'truncated'],
    ['a section cut short', withSection(SECTION.wants, 1, 2, 3).subarray(0, 32), 'malformed'],
    ['a want cut short', withSection(SECTION.wants, 1, 2, 3), 'malformed'],
    ['three buckets', withSection(SECTION.buckets, ...new Array<number>(12).fill(1)), 'malformed'],
    ['a fold of three', withSection(SECTION.rows, 3, 0), 'malformed'],
    ['more buckets told than there are', withSection(SECTION.rows, 1, 2, 0, 0), 'malformed'],
    ['a standing that is none', withSection(SECTION.rumors, 7, 0, 0, 0, 0, 0, 1, 0), 'malformed'],
    [
      'a name too long',
      withSection(SECTION.cluster, 65, ...new Array<number>(65).fill(97)),
      'malformed',
    ],
    ['a name that is no text', withSection(SECTION.cluster, 1, 0xff), 'malformed'],
  ])('%s', (_, bytes, reason) => {
    expect(reasonOf(bytes)).toBe(reason)
  })

  test('more bytes than the channel allows', () => {
    expect(reasonOf(whole, whole.length)).toBe('message')
    expect(reasonOf(whole, whole.length - 1)).toBe('oversized')
  })

  test('numbers that no node would reach', () => {
    const beyond = { ...ping, incarnation: NUMBER_LIMIT }
    expect(reasonOf(bytesOf(beyond))).toBe('truncated')
  })
})

describe('other versions', () => {
  test('the one before is read', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const bytes = Uint8Array.from(bytesOf(sent))
        bytes[0] = WIRE_VERSION - 1
        expect(decode(bytes, LIMIT)).toEqual(sent)
      }),
    )
  })

  test('a section of a later one is skipped, wherever it stands', () => {
    const later = fc.record({
      number: fc.integer({ min: 6, max: 255 }),
      content: fc.uint8Array({ maxLength: 20 }),
    })
    fc.assert(
      fc.property(message, later, (sent, { number, content }) => {
        const section = [number, 0, 0, content.length, ...content]
        const head = bytesOf({
          ...sent,
          clusterName: '',
          clusterId: '',
          rumors: [],
          buckets: [],
          rows: null,
          wants: [],
        })
        const rest = bytesOf(sent).subarray(head.length)
        expect(decode(Uint8Array.from([...head, ...section, ...rest]), LIMIT)).toEqual(sent)
        expect(decode(Uint8Array.from([...head, ...rest, ...section]), LIMIT)).toEqual(sent)
      }),
    )
  })
})

test('a cluster is marked by the FNV-1a hash of its name', () => {
  // Values of the reference tests of FNV-1a, 32 bits (Noll).
  expect(clusterTag('')).toBe(0x811c9dc5)
  expect(clusterTag('a')).toBe(0xe40c292c)
  expect(clusterTag('foobar')).toBe(0xbf9cf968)
})
