/** What a node says of the copies that it owes: nothing that its disk does not say too. */
import { expect, test } from '@jest/globals'
import { Copying } from '../../src/cluster/copying.js'
import { RingOutbox } from '../../src/cluster/ring-outbox.js'

/** The ticket of the last write, and the facts made known so far. */
function tasksOf(outbox: RingOutbox) {
  const tasks = outbox.drain()
  const writes = tasks.flatMap((task) => (task.kind === 'persist' ? [task.ticket] : []))
  const facts = tasks.filter(({ kind }) => kind === 'publish')
  return { ticket: writes.at(-1) ?? 0, facts: facts.length }
}

test('a copy is told of once its acknowledgement is on the disk, and not before', () => {
  const outbox = new RingOutbox()
  const copying = new Copying(outbox, false, [])
  copying.acknowledge('a')
  const { ticket, facts } = tasksOf(outbox)
  expect([copying.copied, facts]).toEqual([[], 0])
  expect(copying.stored(ticket, true)).toBe(true)
  expect([copying.copied, tasksOf(outbox).facts]).toEqual([['a'], 1])
})

test('one that could not be written is told to nobody', () => {
  const outbox = new RingOutbox()
  const copying = new Copying(outbox, false, ['a'])
  copying.acknowledge('b')
  expect(copying.stored(tasksOf(outbox).ticket, false)).toBe(true)
  expect(copying.copied).toEqual(['a'])
})
