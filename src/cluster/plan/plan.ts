/**
 * The planner: a record, the intents and the acknowledgements in hand, and what follows from them,
 * with a reason for everything it does or does not do. It knows no clock, no liveness and nothing
 * else of the node it runs on, so the same input gives the same bytes everywhere; acceptors
 * recompute what proposers propose.
 */
import type { HostId } from '../../gossip/identity.js'
import type { Intent } from '../intent.js'
import { WHY_LENGTH, type Sealed } from '../record/record-bytes.js'
import { SETTLED_MAX, WHY_MAX, clusterIdOf, memberOf, nameIn } from '../record/record.js'
import type { RingRecord } from '../record/record.js'
import { judgeRelieve, seated } from './committee.js'
import { judgeConfigure, judgeUnderstand, judgeUpgrade } from './configuring.js'
import { judgeAlter, judgeCreate, judgeDrop } from './keyspaces.js'
import { judgeJoin, judgeLeave, judgeRemove, judgeReplace } from './membership.js'
import { judgeRebalance } from './rebalancing.js'
import { advance, turnBack, type Acks } from './stages.js'
import { done, refused, vain, type Verdict } from './verdict.js'

/** What a plan is computed from, and what a proposal carries. */
export interface Inputs {
  /** In order of id. */
  readonly intents: readonly Intent[]
  /** Epochs applied, by those that a barrier asks for; in order of host id. */
  readonly applied: readonly (readonly [hostId: HostId, epoch: number])[]
  /** In order of movement and host id. */
  readonly copied: readonly (readonly [move: string, hostId: HostId])[]
}

export const NO_INPUTS: Inputs = { intents: [], applied: [], copied: [] }

/** What does not go on, and why. */
export interface Hold {
  /** Of a movement or an intent. */
  readonly id: string
  readonly why: string
  /** Members that are waited for. */
  readonly missing: readonly HostId[]
}

export type Planned =
  | {
      readonly kind: 'next'
      readonly record: RingRecord
      readonly holds: readonly Hold[]
      /** Whether a movement goes on: that needs no quiet window. */
      readonly advances: boolean
      readonly taken: readonly Taken[]
    }
  | { readonly kind: 'nothing'; readonly holds: readonly Hold[] }

/** What became of an intent. */
export interface Taken {
  readonly intent: Intent
  readonly verdict: Exclude<Verdict, { kind: 'waits' }>
}

export function plan(parent: Sealed, inputs: Inputs): Planned {
  const draft = new Draft(parent)
  const acks = acksOf(inputs)
  for (const move of parent.record.moves) draft.advance(move.id, acks)
  for (const intent of inOrder(inputs.intents)) draft.take(intent)
  return draft.planned()
}

/** Cancels first, then who asked at the earlier epoch. */
function inOrder(intents: readonly Intent[]): Intent[] {
  const rank = ({ wish }: Intent): number => (wish.kind === 'cancel' ? 0 : 1)
  return [...intents].sort(
    (a, b) => rank(a) - rank(b) || a.base - b.base || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  )
}

function acksOf({ applied, copied }: Inputs): Acks {
  const epochs = new Map(applied)
  const copies = new Set(copied.map(([move, hostId]) => `${move} ${hostId}`))
  return {
    applied: (hostId) => epochs.get(hostId) ?? 0,
    copied: (move, hostId) => copies.has(`${move} ${hostId}`),
  }
}

/** By id, of records that are still held; an entry goes with its record, which has one parent. */
const verdicts = new WeakMap<RingRecord, Map<string, Verdict>>()

/** A record on its way to becoming the next. */
class Draft {
  private readonly parent: Sealed
  private record: RingRecord
  private advances = false
  /** At most one for each change. */
  private readonly why: string[] = []
  /** At most one for each movement and intent. */
  private readonly holds: Hold[] = []
  /** At most one for each intent. */
  private readonly taken: Taken[] = []

  constructor(parent: Sealed) {
    this.parent = parent
    this.record = parent.record
  }

  advance(id: string, acks: Acks): void {
    const move = this.record.moves.find((other) => other.id === id)
    if (move === undefined) return
    const step = advance(this.record, move, acks)
    if (!('record' in step)) {
      this.holds.push({ id, why: `waits for ${step.what}`, missing: step.missing })
      return
    }
    this.advances = true
    this.record = step.record
    this.why.push(step.why)
  }

  take(intent: Intent): void {
    if (this.isOver(intent)) return
    const verdict = this.judge(intent)
    if (verdict.kind === 'waits') {
      this.holds.push({ id: intent.id, why: verdict.why, missing: [] })
      return
    }
    if (verdict.kind === 'done') this.record = verdict.record
    this.settle(intent.id, verdict.kind)
    this.taken.push({ intent, verdict })
    this.why.push(verdict.kind === 'done' ? verdict.why : `${verdict.kind}: ${verdict.why}`)
  }

  planned(): Planned {
    const { holds, advances, taken } = this
    const { epoch } = this.parent.record
    const record = seated(this.record, this.parent.digest)
    if (this.why.length === 0 && record === this.parent.record) return { kind: 'nothing', holds }
    const next = {
      ...record,
      epoch: epoch + 1,
      parent: this.parent.digest,
      clusterId: clusterIdOf(this.parent.record, this.parent.digest),
      why: this.why.slice(0, WHY_MAX).map(shortened),
    }
    return { kind: 'next', record: next, holds, advances, taken }
  }

  private isOver({ id, base }: Intent): boolean {
    const { settled, horizon } = this.record
    return base < horizon || settled.some((other) => other.id === id)
  }

  private settle(id: string, outcome: 'done' | 'refused' | 'void'): void {
    const epoch = this.parent.record.epoch + 1
    const settled = [...this.record.settled, { id, epoch, outcome }]
    const dropped = settled.splice(0, Math.max(0, settled.length - SETTLED_MAX))
    const horizon = dropped.reduce((most, old) => Math.max(most, old.epoch), this.record.horizon)
    this.record = { ...this.record, settled, horizon }
  }

  /** Once for each record and intent: a plan is made anew whenever an acknowledgement comes in. */
  private judge(intent: Intent): Verdict {
    const held = verdicts.get(this.record) ?? new Map<string, Verdict>()
    verdicts.set(this.record, held)
    const verdict = held.get(intent.id) ?? this.judgeAnew(intent)
    held.set(intent.id, verdict)
    return verdict
  }

  private judgeAnew({ id, wish }: Intent): Verdict {
    const { record, parent } = this
    switch (wish.kind) {
      case 'join':
        return judgeJoin(record, id, wish.who, parent.digest)
      case 'leave':
        return judgeLeave(record, id, wish.hostId, wish.force)
      case 'remove':
        return judgeRemove(record, id, wish.hostIds, wish.loseData)
      case 'replace':
        return judgeReplace(record, id, wish)
      case 'rebalance':
        return judgeRebalance(record, id, wish.bar)
      case 'create':
        return judgeCreate(record, wish.name, wish.replication)
      case 'drop':
        return judgeDrop(record, wish.name)
      case 'alter':
        return judgeAlter(record, id, wish.name, wish.replication)
      case 'configure':
        return judgeConfigure(record, wish.name, wish.value)
      case 'upgrade':
        return judgeUpgrade(record, wish.features)
      case 'understand':
        return judgeUnderstand(record, wish.hostId, wish.features)
      case 'relieve':
        return judgeRelieve(record, wish.hostIds, parent.digest)
      case 'cancel':
        return this.cancel(wish.move)
    }
  }

  private cancel(id: string): Verdict {
    const move = this.record.moves.find((other) => other.id === id)
    if (move === undefined) return vain(`there is no movement ${id}`)
    const lost = move.nodes.find((hostId) => memberOf(this.record, hostId)?.state === 'lost')
    if (lost !== undefined)
      return refused(
        `${nameIn(this.record, lost)} was given up at a recovery`,
        'Let the movement end; a new node may take its place.',
      )
    const step = turnBack(this.record, move)
    return step === undefined
      ? vain(`the movement ${id} goes back already`)
      : done(step.record, step.why)
  }
}

function shortened(reason: string): string {
  return reason.length <= WHY_LENGTH ? reason : `${reason.slice(0, WHY_LENGTH - 3)}...`
}
