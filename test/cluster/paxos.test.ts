/**
 * One instance of Paxos under everything that may befall it: several proposers, messages lost,
 * repeated and reordered, voters that crash and come back with what they had stored. Whatever
 * happens, at most one value is ever chosen (Lamport, Paxos Made Simple, P2).
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { known } from '../../src/base/assert.js'
import { Random } from '../../src/base/random.js'
import {
  accept,
  noVote,
  outranks,
  promise,
  type Ballot,
  type Vote,
} from '../../src/cluster/ratify/ballot.js'
import type { Body } from '../../src/cluster/ratify/message.js'
import { Proposer } from '../../src/cluster/ratify/proposer.js'
import { NO_INPUTS } from '../../src/cluster/plan/plan.js'

interface Letter {
  readonly from: string
  readonly to: string
  readonly body: Body
}

/** Voters that are proposers too, and the letters between them. */
class Parliament {
  readonly names: readonly string[]
  readonly chosen = new Set<number>()
  readonly letters: Letter[] = []
  /** As stored: a crash loses nothing of it. */
  readonly votes = new Map<string, Vote>()
  private readonly proposers = new Map<string, Proposer>()
  private now = 0
  /** Whether a proposer knows after a restart which ballots it has used. */
  private readonly remembers: boolean

  constructor(size: number, remembers = true) {
    this.remembers = remembers
    this.names = Array.from({ length: size }, (_, i) => `voter ${i}`)
    for (const name of this.names) {
      this.votes.set(name, noVote(2, 0))
      this.restart(name)
    }
  }

  /** What the proposer knew is gone; the votes stay. */
  restart(name: string): void {
    const say = (to: string, body: Body): void => void this.letters.push({ from: name, to, body })
    const proposer = new Proposer(name, { say })
    const { promised } = known(this.votes.get(name), name)
    if (promised !== null && this.remembers) proposer.saw(promised)
    this.proposers.set(name, proposer)
  }

  propose(name: string, value: number): void {
    const proposal = { value: Uint8Array.of(value), inputs: NO_INPUTS }
    this.proposer(name).begin(proposal, this.names, this.now + 10)
  }

  deliver({ from, to, body }: Letter): void {
    const proposer = this.proposer(to)
    const vote = known(this.votes.get(to), to)
    const reply = (answer: Body): void =>
      void this.letters.push({ from: to, to: from, body: answer })
    if (body.kind === 'prepare' || body.kind === 'accept') {
      proposer.saw(body.ballot)
      const { ballot } = body
      const given =
        body.kind === 'prepare' ? promise(vote, ballot) : accept(vote, ballot, body.value)
      if (given.kind === 'outranked') return reply({ kind: 'outranked', ballot, by: given.by })
      this.votes.set(to, given.vote)
      const { accepted } = vote
      reply(
        body.kind === 'prepare'
          ? { kind: 'promise', ballot, accepted }
          : { kind: 'accepted', ballot },
      )
    } else if (body.kind === 'promise') proposer.promised(from, body.ballot, body.accepted)
    else if (body.kind === 'accepted') {
      const outcome = proposer.accepted(from, body.ballot)
      if (outcome?.kind === 'chosen') this.chosen.add(outcome.value[0] ?? -1)
    } else if (body.kind === 'outranked') proposer.outranked(body.ballot, body.by)
  }

  private proposer(name: string): Proposer {
    return known(this.proposers.get(name), name)
  }
}

/** One run of trouble, drawn from a seed. */
function run(seed: number, remembers = true): Parliament {
  const random = Random.from(seed)
  const parliament = new Parliament(3 + 2 * random.int(2), remembers)
  const { letters, names } = parliament
  const proposing = names.slice(0, 1 + random.int(names.length))
  const calm = 12 + random.int(24)
  for (let step = 0; step < 300; step++) {
    const what = random.int(calm)
    const name = random.pick(proposing)
    if (what < 2) parliament.propose(name, random.int(200))
    else if (what === 2) {
      parliament.restart(name)
      parliament.propose(name, random.int(200))
    } else if (letters.length > 0) {
      // The youngest first, as often as not: ballots get somewhere.
      const place = random.int(2) === 0 ? letters.length - 1 : random.int(letters.length)
      const letter = known(letters[place], 'a letter')
      if (random.int(8) > 0) letters.splice(place, 1)
      if (random.int(6) > 0) parliament.deliver(letter)
    }
  }
  return parliament
}

describe('a ballot', () => {
  test('chooses at most one value, whatever is lost, repeated or crashes', () => {
    const chosen = Array.from({ length: 3000 }, (_, seed) => {
      const values = run(seed).chosen
      if (values.size > 1) throw new Error(`seed ${seed} chose ${[...values].join()}`)
      return values.size
    })
    // The runs are not vacuous: most of them choose.
    expect(chosen.filter((size) => size === 1).length).toBeGreaterThan(1000)
  })

  test('that is used again after a restart chooses two values in the same runs', () => {
    const seeds = Array.from({ length: 3000 }, (_, seed) => seed)
    expect(seeds.find((seed) => run(seed, false).chosen.size > 1)).toBeDefined()
  })

  test('is ordered by its round, then by who holds it', () => {
    const ballot = fc.record({ round: fc.nat(5), by: fc.constantFrom('a', 'b', 'c') })
    fc.assert(
      fc.property(ballot, ballot, (a: Ballot, b: Ballot) => {
        const same = a.round === b.round && a.by === b.by
        expect(Number(outranks(a, b)) + Number(outranks(b, a)) + Number(same)).toBe(1)
      }),
    )
  })

  test('is told to the others only when its own voter has stored it', () => {
    const said: string[] = []
    const say = (to: string, body: Body): void => void said.push(`${body.kind} ${to}`)
    const proposer = new Proposer('a', { say })
    const proposal = { value: Uint8Array.of(1), inputs: NO_INPUTS }
    const ballot = proposer.begin(proposal, ['a', 'b', 'c'], 10)
    expect(said).toEqual(['prepare a'])
    proposer.promised('a', ballot, null)
    expect(said).toEqual(['prepare a', 'prepare b', 'prepare c'])
  })

  test('adopts what was accepted in the highest earlier ballot, without its inputs', () => {
    const said: Body[] = []
    const say = (_: string, body: Body): void => void said.push(body)
    const proposer = new Proposer('c', { say })
    const proposal = { value: Uint8Array.of(9), inputs: NO_INPUTS }
    const ballot = proposer.begin(proposal, ['a', 'b', 'c', 'd', 'e'], 10)
    proposer.promised('c', ballot, null)
    const old = { ballot: { round: 1, by: 'a' }, value: Uint8Array.of(1) }
    const newer = { ballot: { round: 2, by: 'b' }, value: Uint8Array.of(2) }
    proposer.promised('a', ballot, newer)
    proposer.promised('b', ballot, old)
    expect(said.at(-1)).toEqual({ kind: 'accept', ballot, value: Uint8Array.of(2), inputs: null })
  })

  test('is given up when so many object that no majority is left', () => {
    const proposer = new Proposer('a', { say: () => undefined })
    const proposal = { value: Uint8Array.of(1), inputs: NO_INPUTS }
    const ballot = proposer.begin(proposal, ['a', 'b', 'c'], 10)
    expect(proposer.refused('b', ballot, 'no')).toBeUndefined()
    expect(proposer.refused('c', ballot, 'never')).toEqual({ kind: 'lost', reason: 'never' })
    expect(proposer.busy).toBe(false)
  })
})
