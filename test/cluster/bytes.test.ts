/** Records, intents and messages of the chain as bytes: one form each, and junk is a value. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { known } from '../../src/base/assert.js'
import { intentsBytes, intentsOf } from '../../src/cluster/intent-bytes.js'
import { isOfChain, messageBytes, readMessage } from '../../src/cluster/ratify/message-bytes.js'
import { seal, unseal } from '../../src/cluster/record/record-bytes.js'
import { decode } from '../../src/gossip/codec.js'
import { intent, message, record } from './arbitrary.js'

describe('a record', () => {
  test('is read as it was written, and has the digest of its bytes', () => {
    fc.assert(
      fc.property(record, (made) => {
        const sealed = known(seal(made), 'a record that fits')
        expect(unseal(sealed.bytes)).toEqual(sealed)
      }),
    )
  })

  test('has one form: whatever is read has the bytes that it was read from', () => {
    fc.assert(
      fc.property(record, fc.nat(), fc.nat(255), (made, place, byte) => {
        const bytes = known(seal(made), 'a record that fits').bytes.slice()
        bytes[place % bytes.length] = byte
        const read = unseal(bytes)
        if (read !== undefined) expect(seal(read.record)?.bytes).toEqual(bytes)
      }),
      { numRuns: 1000 },
    )
  })

  test('cut short, or with more behind it, is none', () => {
    fc.assert(
      fc.property(record, fc.nat(), (made, place) => {
        const { bytes } = known(seal(made), 'a record that fits')
        expect(unseal(bytes.slice(0, place % bytes.length))).toBeUndefined()
        expect(unseal(Uint8Array.from([...bytes, 0]))).toBeUndefined()
      }),
    )
  })

  test('with its members out of order is none', () => {
    fc.assert(
      fc.property(record, (made) => {
        fc.pre(made.members.length > 1)
        const turned = { ...made, members: [...made.members].reverse() }
        expect(unseal(known(seal(turned), 'bytes').bytes)).toBeUndefined()
      }),
    )
  })
})

test('intents are read as they were written, ids included', () => {
  fc.assert(
    fc.property(fc.array(intent, { maxLength: 5 }), (made) => {
      expect(intentsOf(intentsBytes(made))).toEqual(made)
    }),
  )
})

describe('a message', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(message, (made) => {
        const bytes = known(messageBytes(made), 'a message that fits')
        expect(readMessage(bytes)).toEqual(made)
      }),
    )
  })

  test('is junk to gossip, as gossip is to the chain', () => {
    fc.assert(
      fc.property(message, (made) => {
        const bytes = known(messageBytes(made), 'a message that fits')
        expect(isOfChain(bytes)).toBe(true)
        expect(decode(bytes, 1_000_000)).toEqual({ kind: 'junk', reason: 'version' })
      }),
    )
  })

  test('with a byte changed or missing never throws', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.nat(255), (made, place, byte) => {
        const bytes = known(messageBytes(made), 'a message that fits').slice()
        expect(readMessage(bytes.slice(0, place % bytes.length))).toBeUndefined()
        bytes[place % bytes.length] = byte
        readMessage(bytes)
      }),
      { numRuns: 1000 },
    )
  })
})
