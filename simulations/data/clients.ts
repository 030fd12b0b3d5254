/**
 * Clients that write and read all the time, each a session of its own with one operation at a time,
 * at whatever node; and that hold every answer against the history.
 */
import { known } from '../../src/base/assert.js'
import type { Millis } from '../../src/base/machine.js'
import type { Random } from '../../src/base/random.js'
import { encodeUtf8 } from '../../src/base/utf8.js'
import type { Level } from '../../src/cluster/data/level.js'
import type { Outcome } from '../../src/cluster/data/coordinator.js'
import { compareMoments, NO_MOMENT, type Moment } from '../../src/cluster/data/hybrid-clock.js'
import { readRow, rowEntry, rowKey } from '../../src/cluster/data/row.js'
import type { VirtualHost } from '../host.js'
import type { World } from '../world.js'
import type { Floor, History } from './history.js'
import { Keeper } from './keeper.js'

export interface Load {
  readonly clients: number
  readonly keys: number
  /** Mean pause of a client between two operations. */
  readonly pause: Millis
}

/** What happened to operations, besides the history. */
export interface Counter {
  count(what: string): void
  broken(host: VirtualHost, what: string): void
  /** Whether what this host answers, as a coordinator, is a promise. */
  binds(host: VirtualHost): boolean
  /** A write was acknowledged by a majority. */
  promised(key: string): void
}

export const KEYSPACE = 'shop'
const PATIENCE: Millis = 2000
/** A coordinator that crashes, or is no member any more, answers nothing: then a client goes on. */
const SILENCE: Millis = 3000
/** A row that could not be read in the end is tried again after so long. */
const AGAIN: Millis = 500
/** Quorums mostly: of the others little is promised. */
const LEVELS: readonly Level[] = [
  'QUORUM',
  'QUORUM',
  'QUORUM',
  'QUORUM',
  'ONE',
  'ALL',
  'LOCAL_QUORUM',
  'EACH_QUORUM',
]

interface Session {
  seen: Moment
  /** Counts its operations; the last one is under way while `busy`. */
  turn: number
  busy: boolean
}

type Ended = (outcome: Outcome, host: VirtualHost) => void

export class Clients {
  private readonly world: World
  private readonly history: History
  private readonly counter: Counter
  private readonly random: Random
  private readonly load: Load
  /** By host, life and operation; bounded by the clients, and forgotten with the lives. */
  private readonly waiting = new Map<string, Ended>()
  private values = 0
  private stopped = false

  constructor(world: World, history: History, counter: Counter, random: Random, load: Load) {
    this.world = world
    this.history = history
    this.counter = counter
    this.random = random
    this.load = load
  }

  begin(): void {
    for (let i = 0; i < this.load.clients; i++) this.pause(newSession())
  }

  stop(): void {
    this.stopped = true
  }

  /** An operation that this host coordinated has come to an end. */
  done(host: VirtualHost, life: number, operation: number, outcome: Outcome): void {
    const name = `${host.index} ${life} ${operation}`
    const ended = this.waiting.get(name)
    this.waiting.delete(name)
    ended?.(outcome, host)
  }

  /** Reads every key that anything is promised of, again and again until it is read. */
  readAll(level: Level): { readonly unread: ReadonlySet<string> } {
    const unread = new Set(this.history.keys)
    for (const key of unread) this.readUntil(key, level, unread)
    return { unread }
  }

  private readUntil(key: string, level: Level, unread: Set<string>): void {
    let ended = false
    const again = (): void => this.readUntil(key, level, unread)
    this.read(newSession(), key, level, this.anybody(isMember), (outcome) => {
      ended = true
      if (outcome.kind === 'row') unread.delete(key)
      else this.world.after(AGAIN, again)
    })
    this.world.after(SILENCE, () => {
      if (!ended) again()
    })
  }

  private pause(session: Session): void {
    const { random, load, world } = this
    world.after(random.between(0, 2 * load.pause), () => {
      if (this.stopped) return
      if (!session.busy) this.act(session)
      this.pause(session)
    })
  }

  private act(session: Session): void {
    const { random } = this
    const host = this.anybody()
    const key = `k${random.int(this.load.keys)}`
    const level = random.pick(LEVELS)
    if (random.int(2) === 0) this.read(session, key, level, host)
    else this.write(session, key, level, host)
  }

  private anybody(fits = belongs): VirtualHost | undefined {
    const ready = this.world.live.filter(fits)
    return ready.length === 0 ? undefined : this.random.pick(ready)
  }

  private write(session: Session, key: string, level: Level, host: VirtualHost | undefined): void {
    const value = this.random.int(8) === 0 ? null : encodeUtf8(`v${++this.values}`)
    const what = { keyspace: KEYSPACE, key: encodeUtf8(key), value, level, seen: session.seen }
    const { node } = host ?? {}
    if (host === undefined || !(node instanceof Keeper)) return
    this.world.drive(host, (_, now) =>
      node.serve((plane) => {
        const begun = plane.put(what, now + PATIENCE, now)
        if (begun.kind !== 'begun') {
          this.counter.count('clocks too far ahead')
          return []
        }
        const { stamp } = begun
        const version = rowEntry({ ...what, stamp }).value
        this.history.tried(key, version)
        this.await(host, begun.operation, session, (outcome) => {
          if (outcome.kind !== 'written') return
          session.seen = stamp
          if (!this.counter.binds(host)) return
          const by = { dc: host.dc, record: known(node.record, 'a record of its own').record }
          this.history.acknowledged(key, level, by, version)
          this.counter.promised(key)
        })
        return begun.effects
      }, now),
    )
  }

  private read(
    session: Session,
    key: string,
    level: Level,
    host: VirtualHost | undefined,
    then?: (outcome: Outcome) => void,
  ): void {
    const { node } = host ?? {}
    if (host === undefined || !(node instanceof Keeper)) return
    const { record } = known(node.record, 'a record of its own')
    const floor = this.history.floor(key, level, { dc: host.dc, record })
    this.world.drive(host, (_, now) =>
      node.serve((plane) => {
        const row = { keyspace: KEYSPACE, key: encodeUtf8(key), level }
        const { operation, effects } = plane.get(row, now + PATIENCE, now)
        this.await(host, operation, session, (outcome) => {
          if (outcome.kind === 'row') this.check(session, key, floor, outcome.value, host)
          then?.(outcome)
        })
        return effects
      }, now),
    )
  }

  private check(
    session: Session,
    key: string,
    floor: Floor,
    value: Uint8Array | null,
    host: VirtualHost,
  ): void {
    const wrong = this.history.wrong(key, floor, value)
    if (wrong !== undefined && this.counter.binds(host))
      this.counter.broken(host, `${wrong}, read by a client`)
    if (value === null) return
    const row = known(readRow({ key: rowKey(KEYSPACE, encodeUtf8(key)), value }), 'a row')
    if (compareMoments(row.stamp, session.seen) > 0) session.seen = row.stamp
  }

  private await(host: VirtualHost, operation: number, session: Session, ended: Ended): void {
    const turn = ++session.turn
    session.busy = true
    const free = (): void => {
      if (session.turn === turn) session.busy = false
    }
    this.world.after(SILENCE, free)
    this.waiting.set(`${host.index} ${host.life} ${operation}`, (outcome, by) => {
      free()
      this.tell(outcome)
      ended(outcome, by)
    })
  }

  private tell(outcome: Outcome): void {
    const { counter } = this
    if (outcome.kind === 'failed') return counter.count(`operations ${outcome.trouble}`)
    counter.count(outcome.kind === 'row' ? 'reads' : 'writes')
    if (outcome.attempts > 1) counter.count('operations tried again')
    if (outcome.kind === 'row' && outcome.repaired.length > 0) counter.count('read repairs')
  }
}

/** It has a record; it may have left since. */
function belongs({ node }: VirtualHost): boolean {
  return node?.record !== undefined
}

function isMember({ node, hostId }: VirtualHost): boolean {
  return node?.record?.record.members.some((member) => member.hostId === hostId) === true
}

function newSession(): Session {
  return { seen: NO_MOMENT, turn: 0, busy: false }
}
