/**
 * What must hold of the chain whatever befalls, looked at when a host holds a new record: one
 * record an epoch (I1), new replicas read only once their copies are on their disks (I4), no range
 * in two movements (I5), a majority of the last voters behind each (I7), the banned gone for good
 * (I8), and ownership that changes only because somebody asked for it, however many are down (I10).
 */
import { restoreRing } from '../../src/cluster/durable-ring.js'
import { ringOf } from '../../src/cluster/plan/layout.js'
import { footprintOf, placementsOf, transfersOf } from '../../src/cluster/plan/footprint.js'
import type { Sealed } from '../../src/cluster/record/record-bytes.js'
import {
  labelOf,
  majority,
  votersOf,
  type Move,
  type RingRecord,
} from '../../src/cluster/record/record.js'
import { Placement } from '../../src/ring/placement.js'
import { differences } from '../../src/ring/transfer.js'
import type { Token } from '../../src/ring/token.js'
import type { VirtualHost } from '../host.js'

/** Who hears of what it saw. */
interface Listener {
  count(what: string): void
  broken(host: VirtualHost, what: string): void
  /** A record was seen for the first time, on whichever host. */
  committed(record: RingRecord): void
}

export class RingWatch {
  private readonly hosts: () => readonly VirtualHost[]
  private readonly listener: Listener
  /** All records that were agreed on, oldest first; bounded by the run, as the next two. */
  readonly records: RingRecord[] = []
  readonly agreed: Sealed[] = [] // bounded likewise
  private readonly last = new Map<VirtualHost, { life: number; held: Sealed }>() // bounded likewise
  /** Disks that are not what they were, and the newest epoch then; bounded by the faults. */
  private readonly excused = new Map<string, number>()
  private setBack = false
  /** Intents, by id; bounded by the scenario. */
  private readonly asked = new Set<string>()

  constructor(hosts: () => readonly VirtualHost[], listener: Listener) {
    this.hosts = hosts
    this.listener = listener
  }

  /** This disk is lost, or an old copy: what it had accepted cannot be seen any more. */
  excuse(hostId: string): void {
    this.excused.set(hostId, this.records.length)
  }

  /**
   * Whether most voters of the record agreed on last lost their disks after it was, and nobody who
   * lives holds it: from then on it is another ring; what this one promised no protocol can know.
   */
  get isSetBack(): boolean {
    this.setBack ||= this.isForgotten()
    return this.setBack
  }

  private isForgotten(): boolean {
    const newest = this.agreed.at(-1)
    if (newest === undefined) return false
    const { epoch } = newest.record
    const voters = votersOf(newest.record)
    const forgot = voters.filter(({ hostId }) => (this.excused.get(hostId) ?? 0) >= epoch)
    const holds = ({ node }: VirtualHost): boolean => node?.record?.digest === newest.digest
    return forgot.length >= majority(voters.length) && !this.hosts().some(holds)
  }

  look(host: VirtualHost): void {
    const held = host.node?.record
    const before = this.last.get(host)
    if (held === undefined || (before?.held === held && before.life === host.life)) return
    if (this.isSetBack) return
    this.last.set(host, { life: host.life, held })
    const { epoch } = held.record
    if (before?.life === host.life && before.held.record.epoch >= epoch)
      this.say(host, `went back from epoch ${before.held.record.epoch}`)
    const agreed = this.agreed[epoch - 1]
    if (agreed === undefined) this.committed(host, held)
    else if (agreed.digest !== held.digest) this.say(host, `two records of epoch ${epoch}`)
  }

  private committed(host: VirtualHost, held: Sealed): void {
    const { record } = held
    const parent = this.agreed.at(-1)
    if ((parent?.record.epoch ?? 0) + 1 !== record.epoch)
      return this.say(host, `epoch ${record.epoch} was never seen to be agreed on`)
    this.agreed.push(held)
    this.records.push(record)
    if (parent === undefined) return
    this.listener.committed(record)
    if (parent.digest !== record.parent) this.say(host, `epoch ${record.epoch} has another parent`)
    for (const what of successorProblems(parent.record, record)) this.say(host, what)
    const voters = votersOf(parent.record).map(({ hostId }) => hostId)
    const behind = voters.filter((hostId) => this.hasAccepted(hostId, held))
    if (behind.length < majority(voters.length))
      this.say(host, `epoch ${record.epoch} has ${behind.length} of ${voters.length} voters`)
    for (const what of [...this.unasked(parent.record, record), ...this.early(parent, record)])
      this.say(host, what)
    for (const move of record.moves)
      if (move.since === record.epoch) this.listener.count(`${move.kind} ${move.stage}`)
    for (const { id, stage } of parent.record.moves)
      if (record.moves.every((move) => move.id !== id)) this.listener.count(ENDED[stage])
  }

  /** An operator's intent was made known. */
  intended(id: string): void {
    this.asked.add(id)
  }

  /** What begins, or is over at once, though nobody asked for it; who comes in asks for itself. */
  private unasked(parent: RingRecord, record: RingRecord): string[] {
    const known = new Set([...parent.moves, ...parent.settled].map(({ id }) => id))
    const begun = [...record.moves, ...record.settled.filter(({ outcome }) => outcome === 'done')]
    const ids = new Set(begun.map(({ id }) => id).filter((id) => !known.has(id)))
    const unasked = [...ids].filter((id) => !this.asked.has(id))
    const members = new Set(parent.members.map(({ hostId }) => hostId))
    const comers = record.members.filter(({ hostId }) => !members.has(hostId))
    if (unasked.length <= comers.length) return []
    return [`nobody asked for some of ${unasked.join(', ')} of epoch ${record.epoch}`]
  }

  /** Whoever is read from without having confirmed its copy for good. */
  private early(parent: Sealed, record: RingRecord): string[] {
    return record.moves
      .filter(({ since, stage }) => since === record.epoch && stage === 'read-new')
      .flatMap((move) =>
        footprintOf(parent.record, move)
          .targets.filter((hostId) => !this.hasCopied(hostId, move.id))
          .map((hostId) => `${hostId} is read from before its copy is on its disk`),
      )
  }

  private hasCopied(hostId: string, move: string): boolean {
    if (this.excused.has(hostId)) return true
    const host = this.hosts().find((other) => other.hostId === hostId)
    const stored = restoreRing(host?.disk ?? new Map<string, Uint8Array>())
    return stored.kind === 'restored' && stored.ring.copied.includes(move)
  }

  /** Its disk holds the acceptance, or a record that came later. */
  private hasAccepted(hostId: string, held: Sealed): boolean {
    if (this.excused.has(hostId)) return true
    const host = this.hosts().find((other) => other.hostId === hostId)
    const stored = restoreRing(host?.disk ?? new Map<string, Uint8Array>())
    if (stored.kind === 'damaged') return false
    const { vote, record } = stored.ring
    const value = vote.epoch === held.record.epoch ? vote.accepted?.value : undefined
    const same = value !== undefined && String(value) === String(held.bytes)
    return same || (record?.record.epoch ?? 0) >= held.record.epoch
  }

  private say(host: VirtualHost, what: string): void {
    this.listener.broken(host, what)
  }
}

const ENDED = {
  prepare: 'aborts from prepare',
  'read-new': 'movements done',
  back: 'aborts from read-new',
} as const

function successorProblems(before: RingRecord, after: RingRecord): string[] {
  const banned = new Set(after.banned.map(({ hostId }) => hostId))
  return [
    ...before.banned
      .filter(({ hostId }) => !banned.has(hostId))
      .map(({ name }) => `${name} unbanned`),
    ...after.members
      .filter(({ hostId }) => banned.has(hostId))
      .map(({ name }) => `${name} is back`),
    ...before.moves.flatMap((move) => stageProblem(move, after)),
    ...replicaProblems(before, after),
    ...sharedRanges(after),
  ]
}

/** From each stage only to its neighbours. */
function stageProblem(move: Move, after: RingRecord): string[] {
  const next = after.moves.find(({ id }) => id === move.id)?.stage ?? 'gone'
  const lawful = {
    prepare: ['prepare', 'read-new', 'gone'],
    'read-new': ['read-new', 'back', 'gone'],
    back: ['back', 'gone'],
  }
  return lawful[move.stage].includes(next) ? [] : [`a movement from ${move.stage} to ${next}`]
}

/** Whoever reads from a node that did not hold the range before had it copied by a movement. */
function replicaProblems(before: RingRecord, after: RingRecord): string[] {
  const done = before.moves.filter(
    ({ id, stage }) => stage === 'read-new' && after.moves.every((move) => move.id !== id),
  )
  return before.keyspaces.flatMap((keyspace) => {
    const { name } = keyspace
    const then = after.keyspaces.find((each) => labelOf(each) === labelOf(keyspace))
    if (then === undefined) return []
    const copied = done.flatMap((move) =>
      transfersOf(before, move, keyspace).map(({ target }) => target.id),
    )
    const old = new Placement(ringOf(before), keyspace.replication)
    const changed = [...differences(old, new Placement(ringOf(after), then.replication))]
    return changed.flatMap(({ olds, news }) =>
      news
        .filter(({ id }) => olds.every((member) => member.id !== id) && !copied.includes(id))
        .map(({ id }) => `${id} is read from in ${name} without a copy`),
    )
  })
}

/** The dumb way: every border, every movement. */
function sharedRanges(record: RingRecord): string[] {
  if (record.moves.length < 2) return []
  return record.keyspaces.flatMap((keyspace) => {
    const pairs = record.moves.map((move) => placementsOf(record, move, keyspace))
    const tokens = pairs
      .flat()
      .flatMap(({ ring }) => Array.from({ length: ring.size }, (_, i) => ring.tokenAt(i)))
    const isShared = tokens.some((token) => {
      const moved = pairs.filter(([old, next]) => replicas(old, token) !== replicas(next, token))
      return moved.length > 1
    })
    return isShared ? [`two movements share a range of ${keyspace.name}`] : []
  })
}

function replicas(placement: Placement, token: Token): string {
  return placement
    .replicasOf(token)
    .map(({ id }) => id)
    .sort()
    .join()
}
