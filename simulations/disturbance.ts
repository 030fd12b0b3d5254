/**
 * What befalls hosts, disks, clocks and wires, as plain values, nodes by name, whatever machine
 * lives there.
 */
import { assertNever } from '../src/base/assert.js'
import type { Address, Machine, Millis } from '../src/base/machine.js'
import type { Barrier } from './barriers.js'
import { microsOf } from './clock.js'
import type { VirtualHost } from './host.js'
import type { Kernel, Telling } from './kernel.js'
import type { Override } from './links.js'

export type Disturbance =
  | { readonly kind: 'start' | 'crash' | 'readdress'; readonly nodes: readonly string[] }
  /** The whole machine goes, not only the process: nothing refuses a connection. */
  | { readonly kind: 'outage'; readonly nodes: readonly string[] }
  /** old: an earlier copy of the disk comes back; found: the one that was lost does. */
  | {
      readonly kind: 'restart'
      readonly nodes: readonly string[]
      readonly disk: 'kept' | 'lost' | 'old' | 'found'
    }
  | { readonly kind: 'stall'; readonly nodes: readonly string[]; readonly span: Millis }
  /**
   * Stopped, running, stopped again, and so on (Lifeguard's interval experiment): the whole
   * process, or its sockets alone, while its timers go on.
   */
  | {
      readonly kind: 'blink'
      readonly nodes: readonly string[]
      readonly stop: Millis
      readonly run: Millis
      readonly span: Millis
      readonly what?: 'process' | 'sockets'
    }
  | {
      readonly kind: 'slow'
      readonly nodes: readonly string[]
      readonly perInput: Millis
      readonly span: Millis
    }
  | { readonly kind: 'clock'; readonly nodes: readonly string[]; readonly jump: Millis }
  /** Its clock runs at so many seconds a second. */
  | {
      readonly kind: 'drift'
      readonly nodes: readonly string[]
      readonly rate: number
      readonly span: Millis
    }
  | {
      readonly kind: 'disk'
      readonly nodes: readonly string[]
      readonly storing: 'works' | 'fails' | 'hangs'
      readonly span: Millis
    }
  /** What is written takes up to so long; a crash before loses it. */
  | {
      readonly kind: 'writes'
      readonly nodes: readonly string[]
      readonly most: Millis
      readonly span: Millis
    }
  | Wires

type Wires =
  /** One way: what the first send does not reach the second. */
  | {
      readonly kind: 'cut'
      readonly from: readonly string[]
      readonly to: readonly string[]
      readonly span: Millis
    }
  /** One way as well, cut for the time `on` and whole for the time `off`. */
  | {
      readonly kind: 'flipflop'
      readonly from: readonly string[]
      readonly to: readonly string[]
      readonly on: Millis
      readonly off: Millis
      readonly span: Millis
    }
  /** Whoever is on no side is on one with all the others that are on none. */
  | {
      readonly kind: 'partition'
      readonly sides: readonly (readonly string[])[]
      readonly span: Millis
    }
  | {
      readonly kind: 'lossy'
      readonly nodes: readonly string[]
      readonly way: 'in' | 'out' | 'both'
      readonly share: number
      readonly span: Millis
    }
  /** One way: what the first send reaches the second so much later. */
  | {
      readonly kind: 'lag'
      readonly from: readonly string[]
      readonly to: readonly string[]
      readonly by: Millis
      readonly span: Millis
    }
  /** A share of the frames that these are sent comes again, up to so much later. */
  | {
      readonly kind: 'echo'
      readonly nodes: readonly string[]
      readonly share: number
      readonly late: Millis
      readonly span: Millis
    }
  /** Every link, or the one between two datacenters, is like this for a while. */
  | ({ readonly kind: 'link'; readonly span: Millis } & Override)

/** @param start begins a life of a host, as its operator would */
export function disturb<M extends Machine<C, E>, C, E extends Telling>(
  kernel: Kernel<M, C, E>,
  fault: Disturbance,
  start: (host: VirtualHost<M>) => void,
): void {
  const each = (names: readonly string[], strike: (host: VirtualHost<M>) => void): void =>
    names.map((name) => kernel.host(name)).forEach(strike)
  switch (fault.kind) {
    case 'start':
      return each(fault.nodes, (host) => (host.node === undefined ? start(host) : undefined))
    case 'crash':
      return each(fault.nodes, (host) => kernel.crash(host))
    case 'outage':
      each(fault.nodes, (host) => kernel.crash(host))
      return each(fault.nodes, (host) => (host.dark = true))
    case 'restart':
      return each(fault.nodes, (host) => {
        kernel.crash(host)
        if (fault.disk === 'lost') kernel.loseDisk(host)
        if (fault.disk === 'old') host.recallDisk()
        if (fault.disk === 'found') host.findDisk()
        start(host)
      })
    case 'readdress':
      return each(fault.nodes, (host) => readdress(kernel, host, start))
    case 'stall':
      return each(fault.nodes, (host) => kernel.stall(host, fault.span))
    case 'blink':
      return each(fault.nodes, (host) => blink(kernel, host, fault))
    case 'clock':
      return each(fault.nodes, (host) => kernel.jump(host, fault.jump))
    case 'slow':
      each(fault.nodes, (host) => kernel.slow(host, fault.perInput))
      return kernel.after(fault.span, () => each(fault.nodes, (host) => kernel.slow(host, 0)))
    case 'drift':
      each(fault.nodes, (host) => kernel.drift(host, fault.rate))
      return kernel.after(fault.span, () => each(fault.nodes, (host) => kernel.drift(host, 1)))
    case 'disk':
      each(fault.nodes, (host) => (host.storing = fault.storing))
      return kernel.after(fault.span, () => each(fault.nodes, (host) => (host.storing = 'works')))
    case 'writes':
      each(fault.nodes, (host) => (host.writes += fault.most))
      return kernel.after(fault.span, () =>
        each(fault.nodes, (host) => (host.writes -= fault.most)),
      )
    default:
      return disturbWires(kernel, fault)
  }
}

function disturbWires<M extends Machine<C, E>, C, E extends Telling>(
  kernel: Kernel<M, C, E>,
  fault: Wires,
): void {
  if (fault.kind !== 'link') return raise(kernel, fault)
  const { links } = kernel.network
  links.override(fault)
  kernel.after(fault.span, () => {
    links.lift(fault)
  })
}

/** Another address, which a process takes on only when it starts. */
function readdress<M extends Machine<C, E>, C, E extends Telling>(
  kernel: Kernel<M, C, E>,
  host: VirtualHost<M>,
  start: (host: VirtualHost<M>) => void,
): void {
  const lived = host.node !== undefined
  kernel.crash(host)
  kernel.move(host, elsewhere(host.address))
  if (lived) start(host)
}

function raise<M extends Machine<C, E>, C, E extends Telling>(
  kernel: Kernel<M, C, E>,
  fault: Exclude<Wires, { kind: 'link' }>,
): void {
  const { barriers } = kernel.network
  const barrier = barrierOf(fault, kernel.now, (name) => kernel.host(name).index)
  barriers.raise(barrier)
  kernel.after(fault.span, () => {
    barriers.lift(barrier)
  })
}

function barrierOf(
  fault: Exclude<Wires, { kind: 'link' }>,
  now: Millis,
  index: (name: string) => number,
): Barrier {
  switch (fault.kind) {
    case 'cut':
    case 'flipflop':
    case 'lag': {
      const ends = { from: new Set(fault.from.map(index)), to: new Set(fault.to.map(index)) }
      if (fault.kind === 'cut') return { kind: 'cut', ...ends }
      if (fault.kind === 'lag') return { kind: 'lag', ...ends, by: microsOf(fault.by) }
      const [on, off] = [microsOf(fault.on), microsOf(fault.off)]
      return { kind: 'flipflop', ...ends, on, off, since: microsOf(now) }
    }
    case 'partition': {
      const sides = fault.sides.flatMap((side, number) =>
        side.map((name) => [index(name), number] as const),
      )
      return { kind: 'partition', sides: new Map(sides) }
    }
    case 'echo':
      return {
        kind: 'echo',
        hosts: new Set(fault.nodes.map(index)),
        share: fault.share,
        late: microsOf(fault.late),
      }
    case 'lossy':
      return {
        kind: 'lossy',
        hosts: new Set(fault.nodes.map(index)),
        way: fault.way,
        share: fault.share,
      }
    default:
      return assertNever(fault)
  }
}

function blink<M extends Machine<C, E>, C, E extends Telling>(
  kernel: Kernel<M, C, E>,
  host: VirtualHost<M>,
  { stop, run, span, what }: Extract<Disturbance, { kind: 'blink' }>,
): void {
  for (let at = 0; at < span; at += Math.max(1, stop + run)) {
    const length = Math.min(stop, span - at)
    kernel.after(at, () => {
      if (what === 'sockets') kernel.block(host, length)
      else kernel.stall(host, length)
    })
  }
}

/** The same host on the next network: its second number tells how often it moved. */
function elsewhere(address: Address): Address {
  const [first = '', second = '0', ...rest] = address.split('.')
  return [first, (Number(second) + 16) % 256, ...rest].join('.')
}
