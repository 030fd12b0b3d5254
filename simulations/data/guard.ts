/**
 * Watches a run of ring changes: every new record, every acknowledged write and every answer to a
 * client is held against what must be, and what happened is counted.
 */
import type { Millis } from '../../src/base/machine.js'
import { known } from '../../src/base/assert.js'
import { keeps, placesOf, rowPlace } from '../../src/cluster/data/places.js'
import type { Entry } from '../../src/cluster/data/storage.js'
import type { Spare } from '../../src/cluster/ring-event.js'
import type { NodeEvent } from '../../src/cluster/node.js'
import type { Move, RingRecord } from '../../src/cluster/record/record.js'
import type { HostId } from '../../src/gossip/identity.js'
import type { Violation } from '../checks/check.js'
import type { VirtualHost } from '../host.js'
import { KEYSPACE, type Counter } from './clients.js'
import { History } from './history.js'
import { Overlap, type Replicas } from './overlap.js'
import { NOTHING_YET, type RingCount, type RingCounts } from './ring-counts.js'
import { Keeper } from './keeper.js'
import { Replanning } from './replanning.js'
import { RingWatch } from './ring-watch.js'
import { RowStore } from './row-store.js'
import { Rulings } from './rulings.js'

/** Violations kept of one run: the first says all. */
const VIOLATIONS_MAX = 20

const COUNTED: Partial<Record<NodeEvent['kind'], RingCount>> = {
  'ring.lost': 'ballots lost',
  'ring.frozen': 'frozen minorities',
  'ring.laggards': 'laggards passed over',
  'ring.muted': 'nodes muted',
}

const DISKS = {
  lost: 'disks lost',
  old: 'old disks restored',
  found: 'lost disks found again',
} as const satisfies Record<string, RingCount>

export class Guard implements Counter, Replicas {
  readonly history: History
  readonly counts: RingCounts = { ...NOTHING_YET }
  /** Bounded: VIOLATIONS_MAX. */
  readonly violations: Violation[] = []
  private readonly hosts: () => readonly VirtualHost[]
  private readonly now: () => Millis
  private readonly watch: RingWatch
  private readonly overlap: Overlap
  private readonly rulings = new Rulings()
  private readonly replanning: Replanning
  /** The disks of those that ever lived; bounded by the run. */
  private readonly stores = new Map<HostId, RowStore>()
  /** What each goes by, or went by when it was seen last; bounded likewise. */
  private readonly epochs = new Map<HostId, number>()
  /** The highest that each ever went by: it has confirmed that, also if it forgets it later. */
  private readonly confirmed = new Map<HostId, number>() // bounded likewise
  /** The last record in which data was given up; 0 while there is none. */
  private gaveUpAt = 0

  constructor(hosts: () => readonly VirtualHost[], now: () => Millis, dcs: readonly string[]) {
    this.hosts = hosts
    this.now = now
    this.history = new History(KEYSPACE, dcs)
    this.watch = new RingWatch(hosts, {
      count: (what) => this.count(what),
      broken: (host, what) => this.broken(host, what),
      committed: (record) => this.committed(record),
    })
    this.overlap = new Overlap(this.watch.records, this)
    this.replanning = new Replanning((epoch) => this.watch.agreed[epoch - 1])
  }

  rowsOf(hostId: HostId): RowStore {
    const held = this.stores.get(hostId) ?? new RowStore()
    this.stores.set(hostId, held)
    return held
  }

  count(what: string): void {
    if (isCount(what)) this.counts[what]++
  }

  broken(host: VirtualHost, what: string): void {
    if (this.violations.length >= VIOLATIONS_MAX || this.isSetBack) return
    const at = Math.round(this.now())
    this.violations.push({ at, check: checkOf(what), host: host.name, what })
  }

  told(host: VirtualHost, event: NodeEvent): void {
    const counted = COUNTED[event.kind]
    if (counted !== undefined) this.counts[counted]++
    if (event.kind === 'ring.intended') this.watch.intended(event.id)
    if (event.kind === 'ring.conflict') this.broken(host, 'two records of one epoch met')
  }

  /** A host's node says this to another. */
  said(host: VirtualHost, bytes: Uint8Array): void {
    const problem = this.replanning.problemOf(bytes)
    if (problem !== undefined) this.broken(host, problem)
  }

  /** After a step of a host's node. */
  look(host: VirtualHost): void {
    const epoch = host.node?.record?.record.epoch
    this.watch.look(host)
    if (epoch === undefined || this.epochs.get(host.hostId) === epoch) return
    this.epochs.set(host.hostId, epoch)
    this.confirmed.set(host.hostId, Math.max(epoch, this.confirmed.get(host.hostId) ?? 0))
    this.overlaps(host, [...this.history.keys])
  }

  /** The record that was agreed on last. */
  get newest(): RingRecord | undefined {
    return this.watch.records.at(-1)
  }

  /** Whether most of the ring was set back to before its newest record, and with it the rest. */
  get isSetBack(): boolean {
    return this.watch.isSetBack
  }

  /** A disk is about to be lost, replaced by an old copy of it, or by one that was lost. */
  loses(host: VirtualHost, to: keyof typeof DISKS): void {
    if (to !== 'found' || host.lostDisk !== undefined) this.counts[DISKS[to]]++
    this.watch.excuse(host.hostId)
  }

  /** One that was given up alive goes on by its old record until it hears of that. */
  binds({ node }: VirtualHost): boolean {
    return (node?.record?.record.epoch ?? 0) >= this.gaveUpAt
  }

  promised(key: string): void {
    const [host] = this.hosts()
    if (host !== undefined) this.overlaps(host, [key])
  }

  /**
   * I6: the record that a node has stored, and nobody's wish, says that a range is others'; no
   * movement may still lead back to it; and each of its owners has applied that record.
   */
  dropped(host: VirtualHost, { keyspace, owners }: Spare, gone: readonly Entry[]): void {
    this.counts['ranges dropped']++
    const record = host.node?.record?.record
    const say = (why: string): void => this.broken(host, `deleted rows of ${keyspace} ${why}`)
    if (record === undefined) return say('without a record')
    for (const { key } of gone) {
      const places = placesOf(record, known(rowPlace(key), 'the place of a row'))
      if (places === undefined) return say('that are of no keyspace')
      if (places.writes.length > 1) return say('while their range moves')
      if (keeps(places.reads, host.hostId)) return say('that it keeps')
      const ids = places.reads.members.map(({ id }) => id)
      const late = ids.find((id) => (this.confirmed.get(id) ?? 0) < record.epoch)
      if (late !== undefined) return say(`before ${late} had confirmed`)
      if (!ids.every((id) => owners.includes(id))) return say('of which it did not know the owners')
    }
    this.overlaps(host, [...this.history.keys])
  }

  serves(hostId: HostId, epoch: number, kind: 'read' | 'write', key: Uint8Array): boolean {
    const host = this.hosts().find((other) => other.hostId === hostId)
    const node = host?.node
    if (host === undefined) return false
    // One that is down will go on where it was, if nobody else can tell it of more; it asks them
    // first, so an old disk does not take it back.
    if (!(node instanceof Keeper)) {
      const applied = this.confirmed.get(hostId) ?? 0
      return !this.rulings.isPast(this.watch.records, applied, epoch, key)
    }
    // While it asks whether its disk is its last, or what the ring is, it answers nobody.
    if (!node.trusted || node.record === undefined) return false
    return this.rulings.serves(node.sight.history, hostId, epoch, kind, key)
  }

  holds(hostId: HostId, key: Uint8Array): Uint8Array | null {
    return this.stores.get(hostId)?.get(key) ?? null
  }

  private overlaps(host: VirtualHost, keys: readonly string[]): void {
    if (this.gaveUpAt > 0) return
    for (const key of keys)
      for (const what of this.overlap.problems(key, this.history.promised(key)))
        this.broken(host, `${key}: ${what}`)
  }

  private committed(record: RingRecord): void {
    this.counts['ballots won']++
    const gives = ({ loseData, stage, since }: Move): boolean =>
      loseData && stage === 'read-new' && since === record.epoch
    if (!record.moves.some(gives)) return
    // From then on others are read; what an operator gave up is promised to nobody.
    this.counts['data given up']++
    this.gaveUpAt = record.epoch
    this.history.giveUp()
  }
}

function isCount(what: string): what is RingCount {
  return what in NOTHING_YET
}

function checkOf(what: string): string {
  if (what.includes('can miss')) return 'overlap'
  if (what.includes('cannot read') || what.includes('outlives')) return 'adjacency'
  if (what.includes('read by a client')) return 'history'
  if (what.includes('deleted')) return 'deletion'
  if (what.startsWith('another plan')) return 'plan'
  return what.startsWith('no agreement') || what.includes('promised rows') ? 'liveness' : 'chain'
}
