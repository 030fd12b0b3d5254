/** After a majority is lost: what the survivors go on with, and what they must not. */
import { describe, expect, test } from '@jest/globals'
import { givenUp, mayAdopt, recoverRing } from '../../src/cluster/recovery.js'
import { unseal, type Sealed } from '../../src/cluster/record/record-bytes.js'
import { clusterIdOf, votersOf } from '../../src/cluster/record/record.js'
import {
  after,
  finished,
  founders,
  idOf,
  names,
  newcomer,
  verdict,
  withKeyspace,
} from './fixture.js'

const five = withKeyspace(founders('n1', 'n2', 'n3', 'n4', 'n5'))
const ids = (...called: string[]) => called.map(idOf)

function recovered(held: Sealed, ...survivors: string[]): Sealed {
  const made = recoverRing(held, ids(...survivors))
  if (made.kind === 'refused') throw new Error(made.why)
  return made.sealed
}

describe('a recovered record', () => {
  const made = recovered(five, 'n1', 'n2')

  test('goes on as another cluster: nothing of the old one is ever merged into it', () => {
    expect(clusterIdOf(made.record, made.digest)).not.toBe(clusterIdOf(five.record, five.digest))
    expect(made.record).toMatchObject({ epoch: 3, generation: 1, parent: five.digest })
    expect(unseal(made.bytes)?.digest).toBe(made.digest)
    const others = recovered(five, 'n1', 'n3')
    expect(clusterIdOf(others.record, '')).not.toBe(clusterIdOf(made.record, ''))
  })

  test('is voted on by the survivors alone, who carry the removal out and ban the rest', () => {
    expect(votersOf(made.record).map(({ name }) => name)).toEqual(['n1', 'n2'])
    expect(names(made.record)).toEqual(['n1', 'n2', 'n3 lost', 'n4 lost', 'n5 lost'])
    const done = finished(made)
    expect(names(done.record)).toEqual(['n1', 'n2'])
    expect(done.record.banned.map(({ name, as }) => `${name} ${as}`)).toEqual([
      'n3 removed',
      'n4 removed',
      'n5 removed',
    ])
    expect(clusterIdOf(done.record, done.digest)).toBe(made.record.clusterId)
  })

  test('has none of the movements and wishes of before', () => {
    const joining = after(five, [{ kind: 'join', who: newcomer('n6') }])
    const { record } = recovered(joining, 'n1', 'n2')
    expect(record.moves.map(({ kind, nodes }) => [kind, nodes])).toEqual([
      ['remove', ids('n3', 'n4', 'n5')],
    ])
    expect(record.banned).toMatchObject([{ name: 'n6', as: 'cancelled' }])
    expect(record.horizon).toBe(record.epoch)
  })

  test('cannot be cancelled back into the old one', () => {
    const [move] = made.record.moves
    expect(verdict(made, { kind: 'cancel', move: move?.id ?? '' })).toMatchObject({
      kind: 'refused',
      why: 'n3 was given up at a recovery',
    })
  })
})

test('what is given up is counted: ranges without a copy, and without a majority', () => {
  const [loss] = givenUp(five.record, ids('n3', 'n4', 'n5'))
  expect(loss).toMatchObject({ keyspace: 'shop', ranges: 40 })
  const { gone = 0, thin = 0 } = loss ?? {}
  expect(gone).toBeGreaterThan(0)
  expect(gone + thin).toBeLessThanOrEqual(40)
  expect(givenUp(five.record, [])).toEqual([{ keyspace: 'shop', ranges: 40, gone: 0, thin: 0 }])
})

describe('it is refused, with the next step,', () => {
  test.each<[string, string[], RegExp]>([
    ['where a majority is left', ['n1', 'n2', 'n3'], /3 of 5 voters are left, and 3 are enough/],
    ['without a survivor', [], /a survivor must be a member with tokens/],
    ['with a survivor who is no member', ['n1', 'n9'], /a survivor must be a member/],
  ])('%s', (_, survivors, why) => {
    const said = recoverRing(five, ids(...survivors))
    expect(said).toMatchObject({ kind: 'refused', why: expect.stringMatching(why) })
    expect('next' in said && said.next.length > 10).toBe(true)
  })

  test('to use the record on a node that is not of it, or is further on', () => {
    const made = recovered(five, 'n1', 'n2')
    expect(mayAdopt(five, made, idOf('n2'))).toBeUndefined()
    expect(mayAdopt(five, made, idOf('n3'))?.why).toBe('this node is none of its survivors')
    const later = after(five, [{ kind: 'drop', name: 'shop' }])
    expect(mayAdopt(later, made, idOf('n2'))?.why).toBe('this node holds epoch 3 already')
    expect(mayAdopt(made, made, idOf('n2'))?.why).toMatch(/generation 1, the record of 1/)
  })
})
