/** One machine with its disk and its clock: what survives a crash, and what does not. */
import { NEVER } from '../src/base/machine.js'
import type { Address, Channel, Ending, Millis, Ticket } from '../src/base/machine.js'
import type { Node } from '../src/cluster/node.js'
import type { HostId } from '../src/gossip/identity.js'

/** What reaches a process: a message, the end of a stream, an answer of its disk, its timer. */
export type Input =
  | {
      readonly kind: 'arrive'
      readonly from: Address
      readonly bytes: Uint8Array
      readonly via: Channel
    }
  | { readonly kind: 'closed'; readonly peer: Address; readonly why: Ending }
  | { readonly kind: 'stored'; readonly ticket: Ticket; readonly ok: boolean }
  | { readonly kind: 'wake' }

/** A full socket drops what comes next. */
const BACKLOG_MAX = 200

export class VirtualHost {
  readonly name: string
  hostId: HostId
  /** Where its packets come from. */
  address: Address
  /** Where it says that it can be reached, if elsewhere. */
  advertised: Address | undefined
  /** Name of its cluster, if not the world's. */
  cluster: string | undefined
  /** How far its wall clock is off at the next start. */
  clockOff: Millis = 0
  /** Whether its disk takes writes, refuses them, or never answers. */
  storing: 'works' | 'fails' | 'hangs' = 'works'
  /** Ends when its node says that it may or must stop, as an agent does. */
  quits = true
  /** What was stored; bounded by the keys of a node. */
  disk = new Map<string, Uint8Array>()
  node: Node | undefined
  /** Counts starts: what was meant for an earlier life is dropped. */
  life = 0
  stalledUntil: Millis = 0
  /** When its timer goes off next, as far as that is planned. */
  armedAt: Millis = NEVER
  bytesSent = 0
  packetsSent = 0
  /** What came while it was stalled; bounded: BACKLOG_MAX, the rest is dropped. */
  private backlog: Input[] = []

  constructor(name: string, hostId: HostId, address: Address) {
    this.name = name
    this.hostId = hostId
    this.address = address
  }

  /** Keeps what cannot be taken in at present; a timer is not kept, for it is looked at anyway. */
  keep(input: Input): void {
    if (input.kind !== 'wake' && this.backlog.length < BACKLOG_MAX) this.backlog.push(input)
  }

  /** Gives what was kept, oldest first. */
  takeBacklog(): Input[] {
    const waiting = this.backlog
    this.backlog = []
    return waiting
  }

  /** The process is gone; what its socket held is lost. */
  end(): void {
    this.node = undefined
    this.backlog = []
  }

  write(key: string, bytes: Uint8Array | null): void {
    if (bytes === null) this.disk.delete(key)
    else this.disk.set(key, bytes)
  }
}
