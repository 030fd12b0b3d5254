/**
 * Runs a recorded node again: the same inputs at the same times must have the same effects. Stops
 * at the end, at a time, at an event, or at the first step that differs from its record.
 */
import { Bug } from '../../base/assert.js'
import type { Effect, Millis } from '../../base/machine.js'
import type { Node, NodeCommand, NodeEvent } from '../../cluster/node.js'
import type { End, Recording } from './recording.js'
import { hashText, TraceHash } from './segment.js'
import { printOf, TraceWriter, type Input, type Outcome, type Trace } from './trace.js'

export type Until =
  | { readonly kind: 'end' }
  /** No step later than this, in epoch milliseconds, is taken. */
  | { readonly kind: 'time'; readonly wall: number }
  /** The step in which such an event is told is the last. */
  | { readonly kind: 'event'; readonly event: string }

/** A step that was taken again. */
export interface Replayed {
  /** Counts from 1 over all segments. */
  readonly number: number
  readonly now: Millis
  readonly input: Input<NodeCommand>
  /** Empty where an assertion failed. */
  readonly effects: readonly Effect<NodeEvent>[]
  readonly outcome: Outcome
}

export interface Difference extends Replayed {
  readonly expected: Outcome
}

export type Stop =
  | { readonly kind: 'end'; readonly end: End }
  | { readonly kind: 'time' }
  | { readonly kind: 'event' }
  | { readonly kind: 'difference'; readonly difference: Difference }

export interface Replay {
  readonly stop: Stop
  /** Steps taken again, all the same as their records. */
  readonly steps: number
  /** The machine's time of the last of them. */
  readonly now: Millis
  readonly traceHash: string
}

export class Replayer {
  readonly node: Node
  private readonly recording: Recording
  private readonly writer = new TraceWriter<NodeCommand>()
  private readonly hash: TraceHash
  private steps = 0
  private now: Millis

  constructor(recording: Recording) {
    this.recording = recording
    this.node = recording.node
    this.hash = new TraceHash(recording.head.hash)
    this.now = recording.head.now
  }

  /** Epoch milliseconds of a time of the machine. */
  wall(now: Millis): number {
    return this.recording.head.wall + now - this.recording.head.now
  }

  /** @param onStep told of every step, before a difference is looked for */
  run(until: Until, onStep: (step: Replayed) => void = () => undefined): Replay {
    for (;;) {
      const stop = this.step(until, onStep)
      if (stop === undefined) continue
      const { steps, now } = this
      return { stop, steps, now, traceHash: hashText(this.hash.bytes()) }
    }
  }

  private step(until: Until, onStep: (step: Replayed) => void): Stop | undefined {
    const next = this.recording.next()
    if (next.kind === 'end') return next
    const { trace } = next
    if (until.kind === 'time' && this.wall(trace.now) > until.wall) return { kind: 'time' }
    const replayed = this.take(trace)
    onStep(replayed)
    const bytes = this.writer.write({ ...trace, outcome: replayed.outcome })
    if (bytes === undefined || !Buffer.from(bytes).equals(next.bytes)) {
      return { kind: 'difference', difference: { ...replayed, expected: trace.outcome } }
    }
    this.hash.add(bytes)
    this.steps++
    this.now = trace.now
    const told = until.kind === 'event' && replayed.effects.some((one) => tells(one, until.event))
    return told ? { kind: 'event' } : undefined
  }

  private take({ now, input }: Trace<NodeCommand>): Replayed {
    const number = this.recording.head.steps + this.steps + 1
    try {
      const effects = this.perform(input, now)
      const outcome = { kind: 'effects', prints: effects.map(printOf) } as const
      return { number, now, input, effects, outcome }
    } catch (error) {
      if (!(error instanceof Bug)) throw error
      return { number, now, input, effects: [], outcome: { kind: 'failed', why: error.message } }
    }
  }

  private perform(input: Input<NodeCommand>, now: Millis): readonly Effect<NodeEvent>[] {
    switch (input.kind) {
      case 'receive':
        return this.node.receive(input.from, input.bytes, input.via, now)
      case 'command':
        return this.node.command(input.command, now)
      case 'stored':
        return this.node.stored(input.ticket, input.ok, now)
      case 'closed':
        return this.node.closed(input.peer, input.why, now)
      case 'wake':
        return this.node.wake(now)
    }
  }
}

function tells(effect: Effect<NodeEvent>, event: string): boolean {
  return effect.kind === 'event' && effect.event.kind === event
}
