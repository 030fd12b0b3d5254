/** One machine with its disk and its clock: what survives a crash, and what does not. */
import { NEVER } from '../src/base/machine.js'
import type { Address, Channel, Ending, Millis, Ticket } from '../src/base/machine.js'
import type { Node } from '../src/cluster/node.js'
import type { HostId } from '../src/gossip/identity.js'
import { HostClock, type Micros } from './clock.js'

/** What reaches a process, besides its timer. */
export type Input =
  | {
      readonly kind: 'arrive'
      readonly from: Address
      readonly bytes: Uint8Array
      readonly via: Channel
    }
  | { readonly kind: 'closed'; readonly peer: Address; readonly why: Ending }
  | { readonly kind: 'stored'; readonly ticket: Ticket; readonly ok: boolean }

export interface Place {
  readonly dc: string
  readonly rack: string
}

/** A full socket drops what comes next. */
const BACKLOG_MAX = 200

export class VirtualHost<M = Node> {
  readonly name: string
  /** Its number in the world. */
  readonly index: number
  readonly dc: string
  readonly rack: string
  readonly clock = new HostClock()
  hostId: HostId
  /** Where its packets come from. */
  address: Address
  /** That address as the network counts them. */
  addressNumber = -1
  /** Where it says that it can be reached, if elsewhere. */
  advertised: Address | undefined
  /** Name of its cluster, if not the world's. */
  cluster: string | undefined
  /** The dead member whose place it takes in the ring; '' for a place of its own. */
  replaces: HostId = ''
  /** Its disk was an old copy at some time: it may have forgotten whom it met. */
  recalled = false
  /** How far its wall clock is off at the next start. */
  clockOff: Millis = 0
  /** Whether its disk takes writes, refuses them, or never answers. */
  storing: 'works' | 'fails' | 'hangs' = 'works'
  /** The longest that a write takes beyond what every one takes. */
  writes: Millis = 0
  /** When the last write that it was asked for is done: no later one is before. */
  writtenAt: Micros = 0
  /** Ends when its node says that it may or must stop, as an agent does. */
  quits = true
  /** What was stored; bounded by the keys of a node. */
  disk = new Map<string, Uint8Array>()
  /** The disk as it was at the last start but the first: a backup; bounded likewise. */
  formerDisk = new Map<string, Uint8Array>()
  /** The disk that was lost last, with the identity on it: it may be found again. */
  lostDisk: { readonly hostId: HostId; readonly disk: Map<string, Uint8Array> } | undefined
  node: M | undefined
  /** Its machine is off: nobody is there to refuse a connection. */
  dark = false
  /** Counts starts: what was meant for an earlier life is dropped. */
  life = 0
  /** Takes nothing in before: it stands still, or is busy with what came last. */
  heldUntil: Micros = 0
  /** Its sockets neither give nor take anything before, while its timers go on. */
  blockedUntil: Micros = 0
  /** What one input costs it; 0 as long as it is not slow. */
  perInput: Micros = 0
  /** When its timer goes off next, as far as that is planned. */
  armedAt: Micros = NEVER
  /** When its machine wants to be woken, as it said after its last step. */
  dueAt: Micros = 0
  /** Messages of the backlog read since its timer was looked at. */
  readInARow = 0
  bytesSent = 0
  packetsSent = 0
  /** What came while it was held; bounded: BACKLOG_MAX, the rest is dropped. */
  private backlog: Input[] = []

  constructor(name: string, index: number, place: Place, hostId: HostId, address: Address) {
    this.name = name
    this.index = index
    this.dc = place.dc
    this.rack = place.rack
    this.hostId = hostId
    this.address = address
  }

  /** Another disk, with another identity on it, takes the place of its own. */
  changeDisk(hostId: HostId, disk: Map<string, Uint8Array>): void {
    this.lostDisk = { hostId: this.hostId, disk: this.disk }
    this.hostId = hostId
    this.disk = disk
    this.formerDisk = new Map()
  }

  /** The disk that it lost takes the place of the one it has. */
  findDisk(): void {
    if (this.lostDisk !== undefined) this.changeDisk(this.lostDisk.hostId, this.lostDisk.disk)
  }

  /** An old copy of its disk takes the place of the last. */
  recallDisk(): void {
    this.recalled = true
    this.disk = new Map(this.formerDisk)
  }

  /** Keeps what cannot be taken in at present. */
  keep(input: Input): void {
    if (this.backlog.length < BACKLOG_MAX) this.backlog.push(input)
  }

  /** Gives the oldest of what was kept. */
  takeKept(): Input | undefined {
    return this.backlog.shift()
  }

  get keeps(): boolean {
    return this.backlog.length > 0
  }

  /** The process is gone; what its socket held is lost. */
  end(): void {
    this.node = undefined
    this.backlog = []
  }

  /** A new life begins, on what the disk holds. */
  begin(): void {
    this.life++
    this.dark = false
    this.heldUntil = 0
    this.blockedUntil = 0
    this.writtenAt = 0
    this.readInARow = 0
    this.armedAt = NEVER
    this.dueAt = 0
    if (this.disk.size > 0) this.formerDisk = new Map(this.disk)
  }

  write(key: string, bytes: Uint8Array | null): void {
    if (bytes === null) this.disk.delete(key)
    else this.disk.set(key, bytes)
    if (this.formerDisk.size === 0) this.formerDisk = new Map(this.disk)
  }
}
