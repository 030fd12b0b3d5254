/**
 * A virtual network in one loop: machines of any kind at addresses, over links that delay, lose,
 * repeat and cut, with disks, stalls, crashes and restarts, in virtual time. One seed decides
 * everything, and one hash tells two runs apart.
 */
import { assertNever, at, known } from '../src/base/assert.js'
import { NEVER } from '../src/base/machine.js'
import type { Address, Channel, Effect, Ending, Machine, Millis } from '../src/base/machine.js'
import type { Ticket } from '../src/base/machine.js'
import { Random } from '../src/base/random.js'
import { hostIdFromWords, type HostId } from '../src/gossip/identity.js'
import { microsOf, type Micros } from './clock.js'
import { Heap } from './heap.js'
import { VirtualHost, type Input, type Place } from './host.js'
import { CALM, Links, type Link, type Override } from './links.js'
import { Network } from './network.js'
import { Trace } from './trace.js'

export interface KernelOptions<M, E> {
  readonly seed: number
  /** The link between any two hosts. */
  readonly link?: Partial<Link>
  /** What differs from it between datacenters. */
  readonly links?: readonly Override[]
  /** Makes a host's machine at each of its starts. */
  readonly birth: (host: VirtualHost<M>, now: Millis, random: Random) => M
  /** Whether a process ends once its machine says this. */
  readonly ends?: (event: E) => boolean
}

/** What a machine tells; a kind is all that the kernel reads of it. */
export interface Telling {
  readonly kind: string
}

export interface Told<E> {
  readonly at: Millis
  /** Name of the host that said so. */
  readonly by: string
  readonly event: E
}

interface Write {
  readonly ticket: Ticket
  readonly key: string
  readonly bytes: Uint8Array | null
}

interface Closing {
  readonly peer: Address
  readonly why: Ending
}

type Payload = Uint8Array | Closing | Write | (() => void) | undefined

/** A write reaches the disk after so long; a crash before loses it. */
const DISK_DELAY: Micros = 1000

/** A process reads so many waiting messages before it looks at its timer. */
const READ_BEFORE_TIMER = 32

/** What waits on the heap, and what its two numbers are. */
const WHAT = {
  /** Neither: an act. */
  act: 0,
  /** The numbers of the addresses it goes to and comes from. To whoever lives there then. */
  datagram: 1,
  frame: 2,
  /** Host and life; a later life does not get it. So for the rest. */
  closed: 3,
  written: 4,
  wake: 5,
  resume: 6,
} as const

const DEFAULT_PLACE: Place = { dc: 'dc1', rack: 'rack1' }

export class Kernel<M extends Machine<C, E>, C, E extends Telling> {
  /** In order of creation; bounded by the scenario. */
  readonly hosts: VirtualHost<M>[] = []
  /** Everything that was told, unless `onTold` does otherwise; bounded by the length of the run. */
  readonly told: Told<E>[] = []
  onTold: (told: Told<E>) => void = (told) => void this.told.push(told)
  /** Called after every step of a host's machine. */
  onStep: (host: VirtualHost<M>) => void = () => undefined
  readonly network: Network<M>
  /** Steps of machines so far. */
  steps = 0
  protected readonly random: Random
  private readonly options: KernelOptions<M, E>
  /** Bounded by the hosts. */
  private readonly byName = new Map<string, VirtualHost<M>>()
  private readonly heap = new Heap<Payload>()
  private readonly trace = new Trace()
  private micros: Micros = 0
  private readonly fates: Random
  private readonly disks: Random

  constructor(options: KernelOptions<M, E>) {
    this.options = options
    this.random = Random.from(options.seed)
    this.fates = this.random.fork('network')
    this.disks = this.random.fork('disks')
    const links = new Links(this.fates, { ...CALM, ...options.link }, options.links)
    this.network = new Network(links, {
      deliver: (at, via, to, from, bytes) => {
        this.heap.push(at, via === 'stream' ? WHAT.frame : WHAT.datagram, to, from, bytes)
      },
      close: (at, host, peer, why) => {
        this.heap.push(at, WHAT.closed, host.index, host.life, { peer, why })
      },
    })
  }

  get now(): Millis {
    return this.micros / 1000
  }

  /** Everything that happened so far, as 16 hexadecimal digits. */
  get traceHash(): string {
    return this.trace.hash
  }

  /** A host that is not started yet. */
  add(name: string, place: Partial<Place> = {}): VirtualHost<M> {
    const index = this.hosts.length
    const hostId = this.drawHostId(`host ${index}`)
    const where = { ...DEFAULT_PLACE, ...place }
    const host = new VirtualHost<M>(name, index, where, hostId, addressNumber(index))
    this.hosts.push(host)
    this.byName.set(name, host)
    this.network.attach(host)
    return host
  }

  host(name: string): VirtualHost<M> {
    return known(this.byName.get(name), `host ${name}`)
  }

  /** Begins a life on what the disk holds: makes the machine and gives it its first commands. */
  begin(host: VirtualHost<M>, commands: readonly C[]): M {
    host.begin()
    const random = this.random.fork(`${host.address} life ${host.life}`)
    const node = this.options.birth(host, host.clock.at(this.micros), random)
    host.node = node
    for (const command of commands) this.tell(host, command)
    return node
  }

  /** The process ends at once; its disk stays. */
  crash(host: VirtualHost<M>): void {
    host.end()
  }

  /** Its disk is lost, and with it the identity: the next start is somebody new. */
  loseDisk(host: VirtualHost<M>): void {
    host.changeDisk(this.drawHostId(`${host.address} after life ${host.life}`), new Map())
  }

  /** Packets to the new address reach it from now on, those to the old one nobody. */
  move(host: VirtualHost<M>, address: Address): void {
    this.network.detach(host)
    host.address = address
    this.network.attach(host)
  }

  /** The process stands still for a while, as under SIGSTOP. */
  stall(host: VirtualHost<M>, span: Millis): void {
    this.hold(host, this.micros + microsOf(span))
  }

  /** For a while its sockets stand still, both ways, while its timers go on. */
  block(host: VirtualHost<M>, span: Millis): void {
    host.blockedUntil = Math.max(host.blockedUntil, this.micros + microsOf(span))
    this.heap.push(host.blockedUntil, WHAT.resume, host.index, host.life, undefined)
  }

  /** From now on one input costs it so much time; 0: it is quick again. */
  slow(host: VirtualHost<M>, perInput: Millis): void {
    host.perInput = microsOf(perInput)
  }

  /**
   * Its clocks step: the wall's either way, as the next start will see it, the monotonic one only
   * on.
   */
  jump(host: VirtualHost<M>, by: Millis): void {
    if (by < 0) host.clockOff += by
    else host.clock.jump(this.micros, by)
    this.rearm(host)
  }

  /** @param rate seconds of its clock a second */
  drift(host: VirtualHost<M>, rate: number): void {
    host.clock.run(this.micros, rate)
    this.rearm(host)
  }

  after(span: Millis, act: () => void): void {
    this.heap.push(this.micros + Math.max(0, microsOf(span)), WHAT.act, 0, 0, act)
  }

  tell(host: VirtualHost<M>, command: C): void {
    this.drive(host, (node, now) => node.command(command, now))
  }

  /** One step of a host's machine, at once, whatever holds it up. */
  drive(host: VirtualHost<M>, step: (node: M, now: Millis) => readonly Effect<E>[]): void {
    const { node } = host
    if (node !== undefined) this.perform(host, step(node, host.clock.at(this.micros)))
  }

  /** Bytes that nobody of this world sent, or sent long ago, arrive now. */
  inject(to: Address, from: Address, bytes: Uint8Array, via: Channel = 'datagram'): void {
    const host = this.network.at(to)
    if (host !== undefined) this.arrive(host, from, bytes, via)
  }

  /**
   * Lets so much time pass, or less: until so many things have happened.
   * @returns whether all of that time has passed
   */
  run(span: Millis, most = Infinity): boolean {
    const until = this.micros + microsOf(span)
    const { heap } = this
    for (let happened = 0; heap.next <= until; happened++) {
      if (happened >= most) return false
      heap.take()
      this.micros = heap.time
      this.happen(heap.kind, heap.a, heap.b, heap.what)
    }
    this.micros = until
    return true
  }

  /** Lets time pass until something holds. @returns how long it took, undefined: too long */
  until(holds: () => boolean, limit: Millis, step: Millis = 50): Millis | undefined {
    const from = this.now
    while (!holds()) {
      if (this.now - from >= limit) return undefined
      this.run(step)
    }
    return this.now - from
  }

  get live(): VirtualHost<M>[] {
    return this.hosts.filter((host) => host.node !== undefined)
  }

  private drawHostId(purpose: string): HostId {
    const ids = this.random.fork(purpose)
    return hostIdFromWords(ids.bits(), ids.bits(), ids.bits(), ids.bits())
  }

  private happen(kind: number, a: number, b: number, what: Payload): void {
    if (what instanceof Uint8Array) {
      const host = this.network.owner(a)
      const via = kind === WHAT.frame ? 'stream' : 'datagram'
      if (host !== undefined) this.arrive(host, this.network.addressOf(b), what, via)
      return
    }
    if (typeof what === 'function') return what()
    const host = at(this.hosts, a)
    if (host.life !== b || host.node === undefined) return
    // A later one of the same life was planned before this, or took its place.
    if (kind === WHAT.wake) return this.micros === host.armedAt ? this.wake(host) : undefined
    if (kind === WHAT.resume) return this.resume(host)
    if (what !== undefined)
      this.take(host, 'peer' in what ? closed(what) : this.written(host, what))
  }

  private arrive(host: VirtualHost<M>, from: Address, bytes: Uint8Array, via: Channel): void {
    const { node } = host
    if (node === undefined) return
    const held = Math.max(host.heldUntil, host.blockedUntil)
    if (this.micros < held) return host.keep({ kind: 'arrive', from, bytes, via })
    this.perform(host, node.receive(from, bytes, via, host.clock.at(this.micros)))
  }

  private take(host: VirtualHost<M>, input: Input): void {
    if (input.kind === 'arrive') return this.arrive(host, input.from, input.bytes, input.via)
    if (this.micros < host.heldUntil) return host.keep(input)
    const { node } = host
    const now = host.clock.at(this.micros)
    if (node === undefined) return
    if (input.kind === 'stored') this.perform(host, node.stored(input.ticket, input.ok, now))
    else this.perform(host, node.closed(input.peer, input.why, now))
  }

  private written(host: VirtualHost<M>, { ticket, key, bytes }: Write): Input {
    const ok = host.storing === 'works'
    if (ok) host.write(key, bytes)
    return { kind: 'stored', ticket, ok }
  }

  private wake(host: VirtualHost<M>): void {
    host.armedAt = NEVER
    const { node } = host
    if (node === undefined || this.micros < host.heldUntil) return
    // A time that was rounded up may be due one microsecond before; the machine itself says.
    if (this.micros + 1 < host.dueAt) return this.armAt(host, host.dueAt)
    const now = host.clock.at(this.micros)
    if (node.wakeAt <= now) this.perform(host, node.wake(now))
    else this.arm(host)
  }

  private hold(host: VirtualHost<M>, until: Micros): void {
    host.heldUntil = Math.max(host.heldUntil, until)
    this.heap.push(until, WHAT.resume, host.index, host.life, undefined)
  }

  /** What came while a host was held is taken in as a process does: messages first, then timers. */
  private resume(host: VirtualHost<M>): void {
    while (this.micros >= Math.max(host.heldUntil, host.blockedUntil)) {
      if (host.node === undefined) return
      const kept = host.readInARow < READ_BEFORE_TIMER ? host.takeKept() : undefined
      if (kept === undefined) {
        host.readInARow = 0
        this.wake(host)
        if (!host.keeps) return
      } else {
        host.readInARow++
        this.take(host, kept)
      }
    }
  }

  private perform(host: VirtualHost<M>, effects: readonly Effect<E>[]): void {
    const { trace } = this
    this.steps++
    trace.number(this.micros)
    trace.number(host.index)
    for (const effect of effects) this.effect(host, effect)
    this.onStep(host)
    if (host.perInput > 0) this.hold(host, this.micros + host.perInput)
    this.arm(host)
  }

  private effect(host: VirtualHost<M>, effect: Effect<E>): void {
    const { trace } = this
    const leaves = Math.max(this.micros, host.blockedUntil)
    switch (effect.kind) {
      case 'send':
        trace.bytes(effect.bytes)
        return this.network.datagram(host, effect.to, effect.bytes, leaves)
      case 'stream':
        trace.bytes(effect.bytes)
        return this.network.frame(host, effect.to, effect.bytes, leaves)
      case 'persist':
        trace.text(effect.key)
        return this.store(host, effect)
      case 'event':
        trace.text(effect.event.kind)
        this.onTold({ at: this.now, by: host.name, event: effect.event })
        if (host.quits && this.options.ends?.(effect.event) === true) this.crash(host)
        return
      default:
        return assertNever(effect)
    }
  }

  private rearm(host: VirtualHost<M>): void {
    host.armedAt = NEVER
    this.arm(host)
  }

  private arm(host: VirtualHost<M>): void {
    const { node } = host
    if (node === undefined) return
    host.dueAt = Math.max(this.micros, host.clock.when(node.wakeAt))
    this.armAt(host, host.dueAt)
  }

  private armAt(host: VirtualHost<M>, when: Micros): void {
    if (when >= host.armedAt) return
    host.armedAt = when
    this.heap.push(when, WHAT.wake, host.index, host.life, undefined)
  }

  private store(host: VirtualHost<M>, write: Write): void {
    if (host.storing === 'hangs') return
    const more = host.writes > 0 ? microsOf(this.disks.between(0, host.writes)) : 0
    host.writtenAt = Math.max(this.micros + DISK_DELAY + more, host.writtenAt)
    this.heap.push(host.writtenAt, WHAT.written, host.index, host.life, write)
  }
}

function closed({ peer, why }: Closing): Input {
  return { kind: 'closed', peer, why }
}

function addressNumber(index: number): Address {
  return `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}:7946`
}
