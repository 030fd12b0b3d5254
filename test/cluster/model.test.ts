/**
 * One movement of one range, explored exhaustively: every order in which nodes learn records, one
 * write travels, copies are made, replicas crash and the old copy is deleted. O = {a, b, c}, N =
 * {a, b, y}, three copies; y takes the place of c. What the record allows next is asked of the
 * planner itself, so the model holds the very barriers that ship. Each piece of the protocol taken
 * out again loses a write: none of them is there for comfort.
 */
import { describe, expect, test } from '@jest/globals'
import { known } from '../../src/base/assert.js'
import { barrierOf, type Acks } from '../../src/cluster/plan/stages.js'
import type { Sealed } from '../../src/cluster/record/record-bytes.js'
import { memberOf, type Move } from '../../src/cluster/record/record.js'
import { after, founders, idOf, newcomer, withKeyspace } from './fixture.js'

type Place = 'O' | 'PREPARE' | 'READ_NEW' | 'BACK' | 'N'

interface Rules {
  /** The placements that are committed one after the other; O again is an abort. */
  readonly path: readonly Place[]
  /** A replica refuses requests older than what it has applied; or lets the last epoch through. */
  readonly fence: 'strict' | 'adjacent' | 'none'
  /** A write needs its level in O and in N; or over the union; or one more over the union. */
  readonly level: 'both' | 'union' | 'one more'
  readonly source: 'replaced' | 'majority' | 'any'
  /** Ask the planner's barriers, or go on without. */
  readonly copyBarrier: boolean
  /** Nobody lets itself be copied before it has applied the movement. */
  readonly sourceWaits: boolean
  /** A replica asks the fence again when the write is on its disk, before it acknowledges it. */
  readonly asksAgain: boolean
  /** Whether anything can happen between that a replica takes a write and that it has stored it. */
  readonly disk: 'at once' | 'slow'
  readonly dropBarrier: boolean
  readonly cleanup: 'confirmed' | 'copied'
  /** c may stop for good at any moment. */
  readonly crash: boolean
}

const FULL: Rules = {
  path: ['O', 'PREPARE', 'READ_NEW', 'N'],
  fence: 'strict',
  level: 'both',
  source: 'replaced',
  copyBarrier: true,
  sourceWaits: true,
  asksAgain: true,
  disk: 'at once',
  dropBarrier: true,
  cleanup: 'confirmed',
  crash: false,
}

/** a, b, c and y by their places; c is 2 and y is 3. */
const O = [0, 1, 2] as const
const N = [0, 1, 3] as const
const ALL = [0, 1, 2, 3] as const
const NAMES = ['n1', 'n2', 'n3', 'n4'] as const

/** The movement as the planner makes it: n4 replaces n3 where there are three nodes. */
const prepared = prepare()

function prepare(): { readonly parent: Sealed; readonly move: Move } {
  const first = withKeyspace(founders('n1', 'n2', 'n3'))
  const wish = { kind: 'replace', hostId: idOf('n3'), by: newcomer('n4'), loseData: false } as const
  const parent = after(first, [wish])
  return { parent, move: known(parent.record.moves[0], 'a movement') }
}

interface State {
  /** What each of the four has applied, as places in the path. */
  readonly applied: readonly number[]
  readonly crashed: boolean
  readonly committed: number
  /** Who holds the write. */
  readonly holds: readonly boolean[]
  readonly copied: boolean
  readonly cleaned: boolean
  /** The epoch that the write was started at, -1 before. */
  readonly write: number
  /** Where it is on its way to the disk. */
  readonly writing: readonly boolean[]
  readonly acks: readonly boolean[]
  readonly acknowledged: boolean
}

const START: State = {
  applied: [0, 0, 0, 0],
  crashed: false,
  committed: 0,
  holds: [false, false, false, false],
  copied: false,
  cleaned: false,
  write: -1,
  writing: [false, false, false, false],
  acks: [false, false, false, false],
  acknowledged: false,
}

/** Explores all of it. @returns how it goes wrong, or undefined; and how many states there are */
function explore(given: Partial<Rules>): { readonly wrong: string | undefined; states: number } {
  const model = new Model({ ...FULL, ...given })
  const seen = new Set([key(START)])
  const todo = [START]
  for (let state = todo.pop(); state !== undefined; state = todo.pop()) {
    const wrong = model.wrong(state)
    if (wrong !== undefined) return { wrong, states: seen.size }
    for (const next of model.steps(state)) {
      const name = key(next)
      if (seen.has(name)) continue
      seen.add(name)
      todo.push(next)
    }
  }
  return { wrong: undefined, states: seen.size }
}

function key(state: State): string {
  return Object.values(state).join('|')
}

class Model {
  private readonly rules: Rules
  private readonly answers = new Map<string, boolean>()

  constructor(rules: Rules) {
    this.rules = rules
  }

  *steps(state: State): Generator<State> {
    if (this.rules.crash && !state.crashed) yield { ...state, crashed: true }
    for (const i of ALL)
      if (this.up(state, i) && at(state.applied, i) < state.committed)
        yield { ...state, applied: put(state.applied, i, at(state.applied, i) + 1) }
    yield* this.commits(state)
    yield* this.copies(state)
    if (this.mayClean(state)) yield { ...state, cleaned: true, holds: put(state.holds, 2, false) }
    yield* this.writes(state)
  }

  wrong(state: State): string | undefined {
    if (!state.acknowledged) return undefined
    if (this.place(state.committed) === 'N' && state.cleaned && !N.some((i) => state.holds[i]))
      return 'lost for good'
    for (let epoch = 0; epoch <= state.committed; epoch++) {
      const readers = this.readSet(epoch).filter(
        (i) => this.up(state, i) && this.accepts(state, i, epoch) && state.holds[i] === false,
      )
      if (readers.length >= 2) return `missed by a read at ${this.place(epoch)}`
    }
    return undefined
  }

  private *commits(state: State): Generator<State> {
    const next = this.rules.path[state.committed + 1]
    if (next === undefined) return
    const here = this.place(state.committed)
    const free = here === 'O' || (here === 'PREPARE' && next === 'O') || next === 'BACK'
    if (free || this.fallen(state)) yield { ...state, committed: state.committed + 1 }
  }

  /** Whether the planner would let the movement go on from its stage. */
  private fallen(state: State): boolean {
    const { record } = prepared.parent
    const here = this.place(state.committed)
    const stage = here === 'PREPARE' ? 'prepare' : here === 'READ_NEW' ? 'read-new' : 'back'
    if (stage !== 'prepare' && !this.rules.dropBarrier) return true
    const epochs = state.applied.map((epoch) => (epoch >= state.committed ? 1000 : 1))
    const asked = `${stage} ${epochs.join()} ${state.copied}`
    const held = this.answers.get(asked)
    if (held !== undefined) return held
    const copied = state.copied
    const acks: Acks = {
      applied: (hostId) => epochs[NAMES.indexOf(nameOf(hostId))] ?? 0,
      copied: () => copied,
    }
    const move = { ...prepared.move, stage, since: 1000 } as const
    // Without the first barrier, a copy alone is enough.
    const early = !this.rules.copyBarrier && stage === 'prepare' && copied
    const fallen = early || barrierOf(record, move, acks) === undefined
    this.answers.set(asked, fallen)
    return fallen
  }

  private *copies(state: State): Generator<State> {
    if (this.place(state.committed) !== 'PREPARE' || state.copied || !this.up(state, 3)) return
    const ready = (i: number): boolean => this.up(state, i) && at(state.applied, i) >= 1
    const barrier = !this.rules.copyBarrier || O.filter(ready).length >= 2
    if (!barrier || at(state.applied, 3) < 1) return
    for (const sources of this.sources()) {
      const usable = (i: number): boolean => (this.rules.sourceWaits ? ready(i) : this.up(state, i))
      if (!sources.every(usable)) continue
      const gained = state.holds[3] === true || sources.some((i) => state.holds[i])
      yield { ...state, copied: true, holds: put(state.holds, 3, gained) }
    }
  }

  private sources(): (readonly number[])[] {
    switch (this.rules.source) {
      case 'replaced':
        return [[2]]
      case 'any':
        return O.map((i) => [i])
      case 'majority':
        return [
          [0, 1],
          [0, 2],
          [1, 2],
        ]
    }
  }

  private mayClean(state: State): boolean {
    if (state.cleaned || !this.up(state, 2)) return false
    if (this.rules.cleanup === 'copied') return state.copied
    const there = [...N, 2].every((i) => at(state.applied, i) >= state.committed)
    return this.place(state.committed) === 'N' && there
  }

  private *writes(state: State): Generator<State> {
    if (state.write < 0) {
      for (let epoch = 0; epoch <= state.committed; epoch++) yield { ...state, write: epoch }
      return
    }
    if (state.acknowledged) return
    for (const i of this.writeSet(state.write)) {
      if (!this.up(state, i) || state.acks[i] === true) continue
      if (state.writing[i] === true) yield this.written(state, i)
      else if (this.accepts(state, i, state.write)) {
        // A replica behind the request catches up before it takes it.
        const applied = put(state.applied, i, Math.max(at(state.applied, i), state.write))
        const taken = { ...state, applied, writing: put(state.writing, i, true) }
        yield this.rules.disk === 'slow' ? taken : this.written(taken, i)
      }
    }
  }

  /** It is on the disk of one. */
  private written(state: State, i: number): State {
    const stored = {
      ...state,
      writing: put(state.writing, i, false),
      holds: put(state.holds, i, true),
    }
    if (this.rules.asksAgain && !this.accepts(state, i, state.write)) return stored
    const acks = put(state.acks, i, true)
    return { ...stored, acks, acknowledged: this.enough(state.write, acks) }
  }

  private enough(epoch: number, acks: readonly boolean[]): boolean {
    const count = (set: readonly number[]): number => set.filter((i) => acks[i]).length
    const place = this.place(epoch)
    if (place === 'O') return count(O) >= 2
    if (place === 'N') return count(N) >= 2
    if (this.rules.level === 'both') return count(O) >= 2 && count(N) >= 2
    return count(ALL) >= (this.rules.level === 'one more' ? 3 : 2)
  }

  private accepts(state: State, i: number, epoch: number): boolean {
    const applied = at(state.applied, i)
    if (this.rules.fence === 'none') return true
    return epoch >= applied - (this.rules.fence === 'adjacent' ? 1 : 0)
  }

  private up(state: State, i: number): boolean {
    return !(state.crashed && i === 2)
  }

  private place(epoch: number): Place {
    return known(this.rules.path[epoch], 'a place on the path')
  }

  private writeSet(epoch: number): readonly number[] {
    const place = this.place(epoch)
    return place === 'O' ? O : place === 'N' ? N : ALL
  }

  private readSet(epoch: number): readonly number[] {
    const place = this.place(epoch)
    return place === 'READ_NEW' || place === 'N' ? N : O
  }
}

function at(list: readonly number[], i: number): number {
  return known(list[i], 'a replica')
}

function put<T>(list: readonly T[], i: number, value: T): T[] {
  return list.map((old, j) => (i === j ? value : old))
}

function nameOf(hostId: string): (typeof NAMES)[number] {
  const { record } = prepared.parent
  const name = memberOf(record, hostId)?.name
  return known(
    NAMES.find((each) => each === name),
    'one of the four',
  )
}

const LATE = { asksAgain: false, disk: 'slow' } as const
const ABORT = ['O', 'PREPARE', 'O'] as const
const ABORT_LATE = ['O', 'PREPARE', 'READ_NEW', 'BACK', 'O'] as const

describe('no acknowledged write is lost', () => {
  test.each<[string, Partial<Rules>]>([
    ['by the whole protocol', {}],
    ['by the whole protocol with slow disks', { disk: 'slow' }],
    ['when the replica that is replaced crashes', { crash: true }],
    ['when a majority of the old replicas is merged', { source: 'majority' }],
    ['when it is merged and one of them crashes', { source: 'majority', crash: true }],
    ['by an abort before the new copies are read', { path: ABORT }],
    ['by an abort after that, in two steps', { path: ABORT_LATE }],
    // Two pieces guard the same: whoever is copied is fenced by then, with what it acknowledged.
    ['without the barrier before copying, as long as sources wait', { copyBarrier: false }],
    ['without it, when a majority is merged', { copyBarrier: false, source: 'majority' }],
    ["under Cassandra's rule of one more acknowledgement", { level: 'one more' }],
  ])('%s', (_, rules) => {
    const { wrong, states } = explore(rules)
    expect(wrong).toBeUndefined()
    expect(states).toBeGreaterThan(1000)
  })
})

describe('a write is lost', () => {
  test.each<[string, Partial<Rules>]>([
    ['without the fence', { fence: 'none' }],
    ['when the fence lets the last epoch through', { fence: 'adjacent' }],
    ['when a source may be copied before it has applied the movement', { sourceWaits: false }],
    ['when neither it nor the one who copies waits', { copyBarrier: false, sourceWaits: false }],
    ['without the barrier before the old replicas are dropped', { dropBarrier: false }],
    ['when a replica acknowledges what its fence would refuse by now', LATE],
    ['when any one replica is copied', { source: 'any' }],
    ['when the old copy is deleted as soon as it was copied', { cleanup: 'copied' }],
    ['when acknowledgements are counted over the union', { level: 'union' }],
    ['by an abort straight from reading new copies', { path: ['O', 'PREPARE', 'READ_NEW', 'O'] }],
    ['by an abort in two steps without the barrier', { path: ABORT_LATE, dropBarrier: false }],
  ])('%s', (_, rules) => {
    expect(explore(rules).wrong).toMatch(/^(missed|lost)/)
  })
})
