/** Old copies go last: after their owners have all of them, and only under the record that says so. */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Spare } from '../../../src/cluster/ring-event.js'
import { token } from '../../ring/arbitrary.js'
import { hex, row, rows, Stage, the, until } from './rig.js'

let stage = new Stage()

beforeEach(() => {
  stage = new Stage()
})

afterEach(() => stage.end())

const HALF = { left: token(-(2n ** 63n)), right: token(0) }
const spare: Spare = { keyspace: 'shop', range: HALF, owners: ['a', 'b'] }
const drop = (spares: readonly Spare[], keyspaces = ['shop']) => {
  return { kind: 'ring.drop', epoch: 5, spares, keyspaces } as const
}

test('rows that an owner lacks are handed to it before they are deleted here', async () => {
  const old = await stage.add('c')
  const [a, b] = [await stage.add('a'), await stage.add('b')]
  const all = rows(2000)
  const orphan = row('key 7', 9, 'acknowledged at ONE by c alone')
  await old.keep([...all, orphan])
  await a.keep(all)
  await b.keep([...all, row('key 8', 9, 'newer at b')])
  old.cleaner.begin(drop([spare, { ...spare, range: { left: HALF.right, right: HALF.left } }]))
  await until(() => old.cleaner.counts.dropped === all.length, 'dropped')
  expect(await old.rows()).toEqual(new Map())
  for (const owner of [a, b]) {
    const found = await owner.rows()
    expect(found.size).toBe(all.length)
    expect(found.get(hex(orphan.key))).toBe(hex(orphan.value))
  }
  const newer = row('key 8', 9, 'newer at b')
  expect((await b.rows()).get(hex(newer.key))).toBe(hex(newer.value))
})

test('owners that have all of it are sent nothing', async () => {
  const old = await stage.add('c')
  const owners = [await stage.add('a'), await stage.add('b')]
  for (const each of [old, ...owners]) await each.keep(rows(1000))
  old.cleaner.begin(drop([spare]))
  await until(() => old.cleaner.counts.dropped > 0, 'dropped')
  expect(old.cleaner.counts.handed).toBe(0)
  const left = (await old.rows()).size
  expect(left).toBe(1000 - old.cleaner.counts.dropped)
  expect(left).toBeGreaterThan(300)
})

test('nothing goes where another has taken over the address of an owner', async () => {
  const old = await stage.add('c')
  await stage.add('a')
  // Whoever lives there now would take the rows, and b would never have them.
  stage.nodes.set('b', await stage.add('d'))
  await old.keep(rows(100))
  old.cleaner.begin(drop([{ ...spare, owners: ['b'] }]))
  await until(() => old.rpc.traffic.bytesIn > 0, 'somebody answered')
  await old.cleaner.close()
  expect((await old.rows()).size).toBe(100)
  expect((await the(stage.nodes.get('d')).rows()).size).toBe(0)
})

test('nothing goes while an owner is away, or under another record', async () => {
  const old = await stage.add('c')
  await stage.add('a')
  await old.keep(rows(100))
  old.cleaner.begin(drop([spare]))
  await until(() => old.rpc.traffic.bytesIn > 0, 'one owner answered')
  expect((await old.rows()).size).toBe(100)
  stage.epoch = 6
  await stage.add('b')
  await old.cleaner.close()
  expect((await old.rows()).size).toBe(100)
})

test('rows of keyspaces that the record does not know go, and no others', async () => {
  const old = await stage.add('c')
  const kept = [...rows(20), row('key', 1, 'x', 'zoo')]
  const gone = ['a', 'shoe', 'shop2', 'zebra'].map((keyspace) => row('key', 1, 'x', keyspace))
  const other = { key: Buffer.from('\x01hint'), value: Buffer.from('no row') }
  await old.keep([...kept, ...gone, other])
  old.cleaner.begin(drop([], ['shop', 'zoo']))
  await until(() => old.cleaner.counts.dropped === gone.length, 'dropped')
  const left = [...kept, other].map(({ key }) => hex(key)).sort()
  expect([...(await old.rows()).keys()].sort()).toEqual(left)
})
