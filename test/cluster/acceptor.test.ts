/** What a voter says of its votes, and when. */
import { expect, test } from '@jest/globals'
import { Acceptor } from '../../src/cluster/acceptor.js'
import { noVote } from '../../src/cluster/ratify/ballot.js'
import { RingOutbox } from '../../src/cluster/ring-outbox.js'
import { idOf } from './fixture.js'

const proposer = idOf('n1')
const ballot = { round: 1, by: proposer }

/** What is said, and what is being written, since the last look. */
function seen(outbox: RingOutbox): { said: string[]; tickets: number[] } {
  const tasks = outbox.drain()
  const said = tasks.flatMap((task) => (task.kind === 'say' ? [task.body.kind] : []))
  const tickets = tasks.flatMap((task) => (task.kind === 'persist' ? [task.ticket] : []))
  return { said, tickets }
}

test('a promise is said once it is on the disk', () => {
  const outbox = new RingOutbox()
  const acceptor = new Acceptor(outbox, noVote(0, 0), false)
  acceptor.prepare(proposer, ballot, 2)
  const { said, tickets } = seen(outbox)
  expect(said).toEqual([])
  expect(tickets).toHaveLength(1)
  expect(acceptor.stored(tickets[0] ?? 0, true, 2)).toBe(true)
  expect(seen(outbox).said).toEqual(['promise'])
})

test.each(['promise', 'acceptance'])(
  'a %s for an epoch that was decided meanwhile is not said: it would count for the next one',
  (what) => {
    const outbox = new RingOutbox()
    const acceptor = new Acceptor(outbox, noVote(0, 0), false)
    if (what === 'promise') acceptor.prepare(proposer, ballot, 2)
    else acceptor.accept(proposer, ballot, 2, Uint8Array.of(1))
    const { tickets } = seen(outbox)
    expect(acceptor.stored(tickets[0] ?? 0, true, 3)).toBe(true)
    expect(seen(outbox).said).toEqual([])
    expect(acceptor.ballots).toBe(1)
  },
)
