/** The wires: carries messages between addresses, as far as links and barriers let them. */
import { at } from '../src/base/assert.js'
import { NEVER, type Address, type Channel, type Ending, type Millis } from '../src/base/machine.js'
import type { Node } from '../src/cluster/node.js'
import { Barriers } from './barriers.js'
import { microsOf, type Micros } from './clock.js'
import type { VirtualHost } from './host.js'
import { STREAM_PATIENCE, type Links } from './links.js'

/** Frame, IP and UDP headers of a datagram on a link. */
const DATAGRAM_OVERHEAD = 42
/** What a connection costs for its opening and closing, and a frame on it. */
const STREAM_OVERHEAD = 400
const STREAM_PACKETS = 5

/** The number of no address. */
const NOWHERE = -1

/** A message as it was sent, whatever becomes of it. */
export interface Sent<M = Node> {
  readonly at: Millis
  readonly from: VirtualHost<M>
  readonly to: Address
  readonly bytes: Uint8Array
  readonly via: Channel
}

/** What the network asks of the world's heap. Addresses go by their numbers. */
export interface Carriage<M> {
  deliver(at: Micros, via: Channel, to: number, from: number, bytes: Uint8Array): void
  close(at: Micros, host: VirtualHost<M>, peer: Address, why: Ending): void
}

export class Network<M> {
  /** Whether a message gets from one to the other. A stream needs both ways. */
  passes: (from: VirtualHost<M>, to: VirtualHost<M>) => boolean = () => true
  /** Hears of every message sent. */
  onSent: ((sent: Sent<M>) => void) | undefined
  readonly links: Links
  readonly barriers = new Barriers()
  private readonly carriage: Carriage<M>
  /** Every address that was ever named, its number, and who lives there; bounded by the run. */
  private readonly numbers = new Map<Address, number>()
  /** Bounded likewise. */
  private readonly addresses: Address[] = []
  /** Bounded likewise. */
  private readonly owners: (VirtualHost<M> | undefined)[] = []

  constructor(links: Links, carriage: Carriage<M>) {
    this.links = links
    this.carriage = carriage
  }

  attach(host: VirtualHost<M>): void {
    host.addressNumber = this.numberOf(host.address)
    this.owners[host.addressNumber] = host
  }

  detach(host: VirtualHost<M>): void {
    this.owners[this.numberOf(host.address)] = undefined
  }

  at(address: Address): VirtualHost<M> | undefined {
    const number = this.numbers.get(address)
    return number === undefined ? undefined : this.owners[number]
  }

  owner(number: number): VirtualHost<M> | undefined {
    return this.owners[number]
  }

  addressOf(number: number): Address {
    return at(this.addresses, number)
  }

  numberOf(address: Address): number {
    const found = this.numbers.get(address)
    if (found !== undefined) return found
    const number = this.addresses.length
    this.numbers.set(address, number)
    this.addresses.push(address)
    this.owners.push(undefined)
    return number
  }

  datagram(from: VirtualHost<M>, to: Address, bytes: Uint8Array, now: Micros): void {
    const size = bytes.length + DATAGRAM_OVERHEAD
    from.bytesSent += size
    from.packetsSent++
    this.onSent?.({ at: now / 1000, from, to, bytes, via: 'datagram' })
    const there = this.numbers.get(to) ?? NOWHERE
    const target = this.owners[there]
    if (target === undefined || !this.passes(from, target)) return
    const loss = this.barriers.loss(from.index, target.index, now)
    if (loss === 1) return
    const link = this.links.between(from.dc, target.dc)
    const left = this.links.leaves(link, from, target, size, now)
    const first = left === NEVER ? NEVER : this.links.datagram(link, loss, left)
    if (first === NEVER) return
    const lag = this.barriers.lag(from.index, target.index)
    this.carriage.deliver(first + lag, 'datagram', there, from.addressNumber, bytes)
    const second = this.links.again(link, left)
    if (second === NEVER) return
    this.carriage.deliver(second + lag, 'datagram', there, from.addressNumber, bytes)
  }

  frame(from: VirtualHost<M>, to: Address, bytes: Uint8Array, now: Micros): void {
    const size = bytes.length + STREAM_OVERHEAD
    from.bytesSent += size
    from.packetsSent += STREAM_PACKETS
    this.onSent?.({ at: now / 1000, from, to, bytes, via: 'stream' })
    const target = this.at(to)
    if (target === undefined || !this.passes(from, target) || !this.passes(target, from)) {
      return this.close(from, to, 'lost', now)
    }
    const arrival = this.frameArrives(from, target, size, now)
    if (arrival === NEVER) return this.close(from, to, 'lost', now)
    if (target.node === undefined) {
      return this.close(from, to, target.dark ? 'lost' : 'refused', now)
    }
    const there = this.numberOf(to)
    this.carriage.deliver(arrival, 'stream', there, from.addressNumber, bytes)
    const echo = this.barriers.echo(target.index)
    const late = echo === undefined ? NEVER : this.links.echo(echo)
    if (late < NEVER)
      this.carriage.deliver(arrival + late, 'stream', there, from.addressNumber, bytes)
  }

  private frameArrives(
    from: VirtualHost<M>,
    target: VirtualHost<M>,
    size: number,
    now: Micros,
  ): Micros {
    const { barriers, links } = this
    const there = barriers.loss(from.index, target.index, now)
    const back = barriers.loss(target.index, from.index, now)
    const loss = 1 - (1 - there) * (1 - back)
    if (loss === 1) return NEVER
    const link = links.between(from.dc, target.dc)
    const left = links.leaves(link, from, target, size, now)
    if (left === NEVER) return NEVER
    const lag = barriers.lag(from.index, target.index)
    return links.frame(link, from, target, { loss, lag }, left)
  }

  private close(host: VirtualHost<M>, peer: Address, why: Ending, now: Micros): void {
    const { links } = this
    const refused = (): Micros => links.delay(links.between(host.dc, this.at(peer)?.dc ?? host.dc))
    const wait = why === 'lost' ? microsOf(STREAM_PATIENCE) : refused()
    this.carriage.close(now + wait, host, peer, why)
  }
}
