/**
 * Single pings in virtual time: answered once, expired once, never lost by a stall, and never more
 * than their bound.
 */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { NEVER } from '../../src/base/machine.js'
import { Random } from '../../src/base/random.js'
import { Contacts, Sequence, type Purpose } from '../../src/gossip/contacts.js'

const purpose: Purpose = { kind: 'check', row: 1 }

function fresh(): Contacts {
  return new Contacts(new Sequence(Random.from(1)))
}

test('each contact is answered or expires, once, and never before its time', () => {
  const step = fc.record({ patience: fc.nat(50), pass: fc.nat(30), answer: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const contacts = fresh()
      const open = new Map<number, number>()
      let now = 0
      for (const { patience, pass, answer } of steps) {
        const { seq, deadline } = contacts.open(purpose, now, patience)
        open.set(seq, deadline)
        now += pass
        for (const expired of contacts.expire(now)) {
          expect(open.get(expired.seq)).toBeLessThanOrEqual(now)
          expect(open.delete(expired.seq)).toBe(true)
        }
        for (const due of open.values()) expect(due).toBeGreaterThan(now)
        expect(contacts.wakeAt).toBeLessThanOrEqual(Math.min(NEVER, ...open.values()))
        const [first] = open.keys()
        if (!answer || first === undefined) continue
        expect(contacts.answered(first)?.purpose).toBe(purpose)
        expect(contacts.answered(first)).toBeUndefined()
        open.delete(first)
      }
      expect(contacts.expire(now + 100).map(({ seq }) => seq)).toEqual([...open.keys()])
      expect(contacts.wakeAt).toBe(NEVER)
    }),
  )
})

test('a stall gives everybody the time again', () => {
  const contacts = fresh()
  contacts.open(purpose, 0, 100)
  contacts.shift(5000)
  expect(contacts.wakeAt).toBe(5100)
  expect(contacts.expire(5099)).toEqual([])
  expect(contacts.expire(5100)).toHaveLength(1)
})

test('it is full at 1024, until one is answered', () => {
  const contacts = fresh()
  const opened = Array.from({ length: 1024 }, () => contacts.open(purpose, 0, 100))
  expect(contacts.full).toBe(true)
  contacts.answered(opened[0]?.seq ?? -1)
  expect(contacts.full).toBe(false)
})

test('numbers are different, 32 bits, and go round at the end', () => {
  const sequence = new Sequence(Random.from(2))
  const taken = Array.from({ length: 100 }, () => sequence.take())
  expect(new Set(taken).size).toBe(100)
  expect(taken.every((seq) => seq >= 0 && seq <= 4294967295 && Number.isInteger(seq))).toBe(true)
})
