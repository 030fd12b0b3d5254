/** What a dry run says: who copies how much, from whom, and about how many bytes. */
import { expect, test } from '@jest/globals'
import type { Wish } from '../../src/cluster/intent.js'
import { outlook, type Outlook } from '../../src/cluster/outlook.js'
import { network } from '../../src/ring/replication.js'
import { after, founders, idOf, newcomer, withKeyspace } from './fixture.js'

const NAMES = ['n1', 'n2', 'n3', 'n4'] as const
const shop = withKeyspace(founders(...NAMES))
/** Twelve bytes in three copies: four bytes of rows. */
const loads = new Map(NAMES.map((name) => [idOf(name), 3]))

function of(wish: Wish, from = loads): Outlook {
  return outlook(shop.record, after(shop, [wish]).record, from)
}

const copies = ({ copies: [only] }: Outlook) => only ?? { keyspace: '', moved: 0, flows: [] }

test('a joiner copies as much of each as it takes over', () => {
  const seen = of({ kind: 'join', who: newcomer('n5') })
  const { moved, flows } = copies(seen)
  expect(new Set(flows.map(({ to }) => to))).toEqual(new Set(['n5']))
  expect(flows.every(({ from }) => from !== 'nobody' && from !== 'replicas')).toBe(true)
  expect(seen.bytes).toBe(Math.round(moved * 4))
  expect(moved).toBeGreaterThan(0.4)
})

test('those who stay in a range with fewer copies are brought up to date by the others', () => {
  const { flows } = copies(of({ kind: 'alter', name: 'shop', replication: network({ dc1: 1 }) }))
  expect(new Set(flows.map(({ from }) => from))).toEqual(new Set(['replicas']))
  const share = flows.reduce((sum, flow) => sum + flow.share, 0)
  expect(share).toBeCloseTo(1)
})

test('nothing is copied for a keyspace that is dropped', () => {
  expect(of({ kind: 'drop', name: 'shop' })).toMatchObject({ commits: 1, copies: [], bytes: null })
})

test('bytes are not known where one that holds rows does not say how many', () => {
  const three = new Map([...loads].slice(1))
  const seen = of({ kind: 'leave', hostId: idOf('n4'), force: false }, three)
  expect(seen.bytes).toBeNull()
  expect(copies(seen).flows.map(({ bytes }) => bytes)).toEqual(copies(seen).flows.map(() => null))
})
