/** What one node is to copy for a movement: from whom, and of how many where copies are merged. */
import type { HostId } from '../gossip/identity.js'
import type { Member } from '../ring/member.js'
import type { Replication } from '../ring/replication.js'
import type { Transfer } from '../ring/transfer.js'
import { refillsOf, transfersOf } from './plan/footprint.js'
import { byPlace } from './plan/places.js'
import type { Refill } from './plan/refill.js'
import { labelOf, majority, type Keyspace, type Move, type RingRecord } from './record/record.js'
import type { CopyTask, Quorum } from './ring-event.js'

export function tasksOf(record: RingRecord, move: Move, self: HostId): CopyTask[] {
  const isOwn = ({ target }: { readonly target: Member }): boolean => target.id === self
  return record.keyspaces.flatMap((keyspace) => [
    ...transfersOf(record, move, keyspace)
      .filter(isOwn)
      .map((transfer) => taskOf(keyspace, transfer, move)),
    ...refillsOf(record, move, keyspace)
      .filter(isOwn)
      .map((refill) => refillTask(keyspace, refill, move)),
  ])
}

function taskOf(
  keyspace: Keyspace,
  { range, source, others, share }: Transfer,
  move: Move,
): CopyTask {
  const rest = others.filter((member) => isLeft(member, move))
  const from = source !== undefined && isLeft(source, move) ? source : undefined
  const olds = from === undefined ? rest : [from, ...rest]
  return {
    keyspace: labelOf(keyspace),
    range,
    source: from?.id ?? null,
    others: rest.map(({ id }) => id),
    quorums: quorumsOf(olds, keyspace.replication),
    share,
  }
}

/** What it holds itself counts as copied: so fewer are needed. */
function refillTask(
  keyspace: Keyspace,
  { range, target, olds, share }: Refill,
  move: Move,
): CopyTask {
  const left = olds.filter((member) => isLeft(member, move))
  const quorums = quorumsOf(left, keyspace.replication).map(({ of, needed }) =>
    of.includes(target.id)
      ? { of: of.filter((hostId) => hostId !== target.id), needed: of.length - needed }
      : { of, needed },
  )
  const others = left.flatMap(({ id }) => (id === target.id ? [] : [id]))
  return { keyspace: labelOf(keyspace), range, source: null, others, quorums, share }
}

function isLeft({ id }: Member, move: Move): boolean {
  return !move.loseData || !move.nodes.includes(id)
}

/** More than half of them in each datacenter, for LOCAL_QUORUM is counted there. */
function quorumsOf(members: readonly Member[], replication: Replication): Quorum[] {
  return [...byPlace(members, replication).values()].map((of) => ({
    of,
    needed: majority(of.length),
  }))
}
