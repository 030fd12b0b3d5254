/**
 * One step of a machine as it is recorded: what reached it, when, and a print of each effect, that
 * is its kind, whom or what it concerns and a checksum. The bytes of a step are its identity: a run
 * that is repeated must give the same bytes.
 */
import { crc32 } from 'node:zlib'
import { Reader, Writer } from '../../base/bytes.js'
import type { Address, Channel, Effect, Ending, Millis, Ticket } from '../../base/machine.js'
import { revive } from '../../base/revival.js'
import { snapshot } from '../../base/snapshot.js'
import { Names } from './names.js'

/** What reached the machine. */
export type Input<Command> =
  | {
      readonly kind: 'receive'
      readonly from: Address
      readonly bytes: Uint8Array
      readonly via: Channel
    }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'stored'; readonly ticket: Ticket; readonly ok: boolean }
  | { readonly kind: 'closed'; readonly peer: Address; readonly why: Ending }
  | { readonly kind: 'wake' }

/** What an effect is known by afterwards. */
export interface Print {
  readonly kind: Effect<unknown>['kind']
  /** An address, a key, or the kind of an event. */
  readonly name: string
  /** CRC-32 of all that it carries. */
  readonly sum: number
}

export type Outcome =
  | { readonly kind: 'effects'; readonly prints: readonly Print[] }
  /** An assertion failed: the machine and its agent ended here. */
  | { readonly kind: 'failed'; readonly why: string }

export interface Trace<Command> {
  readonly now: Millis
  readonly input: Input<Command>
  readonly outcome: Outcome
}

/** A whole frame of a stream, with what came of it. */
const STEP_MAX = 2 * 1024 * 1024
/** Address, key, kind of event or words of an assertion, in bytes. */
const WORDS_MAX = 4096

const INPUTS = [
  'datagram',
  'frame',
  'command',
  'stored',
  'failed',
  'refused',
  'lost',
  'wake',
] as const
const EFFECTS = ['send', 'stream', 'persist', 'event'] as const
/** Set where the time is no whole number of microseconds after the last one. */
const ODD_TIME = 0x80

export function printOf(effect: Effect<{ readonly kind: string }>): Print {
  switch (effect.kind) {
    case 'send':
    case 'stream':
      return { kind: effect.kind, name: effect.to, sum: crc32(effect.bytes) }
    case 'persist': {
      const { ticket, key, bytes } = effect
      return { kind: 'persist', name: key, sum: crc32(snapshot([ticket, bytes])) }
    }
    case 'event':
      return { kind: 'event', name: effect.event.kind, sum: crc32(snapshot(effect.event)) }
  }
}

/** Writes the steps of one segment in their order: names and times lean on those before. */
export class TraceWriter<Command> {
  private readonly out = new Writer(STEP_MAX)
  private readonly names = new Names()
  private readonly clock = new Clock()

  /** undefined: larger than a step can be. */
  write({ now, input, outcome }: Trace<Command>): Uint8Array | undefined {
    const out = this.out.reset()
    const delta = this.clock.delta(now)
    out.u8(INPUTS.indexOf(codeOf(input)) | (delta === undefined ? ODD_TIME : 0))
    if (delta === undefined) writeDouble(out, now)
    else out.varint(delta)
    this.input(input)
    this.outcome(outcome)
    return out.full ? undefined : out.take()
  }

  private input(input: Input<Command>): void {
    switch (input.kind) {
      case 'receive':
        this.names.write(this.out, input.from)
        return this.out.blob(input.bytes)
      case 'command':
        return this.out.blob(snapshot(input.command))
      case 'stored':
        return this.out.varint(input.ticket)
      case 'closed':
        return this.names.write(this.out, input.peer)
      case 'wake':
        return
    }
  }

  private outcome(outcome: Outcome): void {
    if (outcome.kind === 'failed') {
      this.out.varint(0)
      this.out.text(outcome.why)
      return
    }
    this.out.varint(outcome.prints.length + 1)
    for (const { kind, name, sum } of outcome.prints) {
      this.out.u8(EFFECTS.indexOf(kind))
      this.names.write(this.out, name)
      this.out.u32(sum)
    }
  }
}

/** Reads the steps of one segment in their order; gives undefined where one cannot be read. */
export class TraceReader<Command> {
  private readonly names = new Names()
  private readonly clock = new Clock()
  private readonly isCommand: (value: unknown) => value is Command

  constructor(isCommand: (value: unknown) => value is Command) {
    this.isCommand = isCommand
  }

  read(bytes: Uint8Array): Trace<Command> | undefined {
    const from = new Reader(bytes)
    const first = from.u8()
    const odd = (first & ODD_TIME) !== 0
    const now = odd ? readDouble(from) : this.clock.after(from.varint())
    const input = this.input(from, INPUTS[first & ~ODD_TIME])
    const outcome = this.outcome(from)
    if (from.failed || from.left > 0 || input === undefined) return undefined
    return { now, input, outcome }
  }

  private input(
    from: Reader,
    code: (typeof INPUTS)[number] | undefined,
  ): Input<Command> | undefined {
    switch (code) {
      case 'datagram':
      case 'frame': {
        const sender = this.names.read(from)
        const via = code === 'frame' ? 'stream' : 'datagram'
        return { kind: 'receive', from: sender, bytes: from.blob(STEP_MAX), via }
      }
      case 'command': {
        const revived = revive(from.blob(STEP_MAX))
        const command = revived.kind === 'revived' ? revived.root : undefined
        return this.isCommand(command) ? { kind: 'command', command } : undefined
      }
      case 'stored':
      case 'failed':
        return { kind: 'stored', ticket: from.varint(), ok: code === 'stored' }
      case 'refused':
      case 'lost':
        return { kind: 'closed', peer: this.names.read(from), why: code }
      case 'wake':
        return { kind: 'wake' }
      case undefined:
        return undefined
    }
  }

  private outcome(from: Reader): Outcome {
    const count = from.varint()
    if (count === 0) return { kind: 'failed', why: from.text(WORDS_MAX) }
    const prints: Print[] = []
    for (let i = 1; i < count && !from.failed; i++) {
      const kind = EFFECTS[from.u8()]
      if (kind === undefined) from.fail()
      prints.push({ kind: kind ?? 'send', name: this.names.read(from), sum: from.u32() })
    }
    return { kind: 'effects', prints }
  }
}

function codeOf(input: Input<unknown>): (typeof INPUTS)[number] {
  switch (input.kind) {
    case 'receive':
      return input.via === 'stream' ? 'frame' : 'datagram'
    case 'stored':
      return input.ok ? 'stored' : 'failed'
    case 'closed':
      return input.why
    case 'command':
    case 'wake':
      return input.kind
  }
}

/** Times in whole microseconds after the last one, as the agent's clock gives them. */
class Clock {
  private last = 0

  /** undefined: it does not fit, and is to be written in full. */
  delta(now: Millis): number | undefined {
    const micros = Math.round(now * 1000)
    const delta = micros - this.last
    if (micros / 1000 !== now || delta < 0 || !Number.isSafeInteger(delta)) return undefined
    this.last = micros
    return delta
  }

  after(delta: number): Millis {
    this.last += delta
    return this.last / 1000
  }
}

function writeDouble(out: Writer, value: number): void {
  const double = new DataView(new ArrayBuffer(8))
  double.setFloat64(0, value)
  out.u32(double.getUint32(0))
  out.u32(double.getUint32(4))
}

function readDouble(from: Reader): number {
  const double = new DataView(new ArrayBuffer(8))
  double.setUint32(0, from.u32())
  double.setUint32(4, from.u32())
  return double.getFloat64(0)
}
