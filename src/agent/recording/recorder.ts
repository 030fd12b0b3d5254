/**
 * Stands between the driver and the node and writes down every input that reaches the node, with
 * prints of what came of it. In the step itself only a reference is kept: an answer to a ping has
 * left before its step is encoded. What goes wrong here ends the recording, never the agent.
 */
import type { Address, Channel, Effect, Ending, Machine } from '../../base/machine.js'
import type { Millis, Ticket } from '../../base/machine.js'
import type { Node, NodeCommand, NodeEvent } from '../../cluster/node.js'
import { snapshotOf } from '../../cluster/node-snapshot.js'
import { monotonic, wallTime } from '../clock.js'
import type { Log } from '../log.js'
import { release } from '../release.js'
import { RecordingFiles } from './files.js'
import { endBytes, frameBytes, HASH_BYTES, hashText, TraceHash, type Head } from './segment.js'
import { printOf, TraceWriter, type Input, type Outcome } from './trace.js'

export interface RecorderOptions {
  readonly node: Node
  readonly files: Pick<RecordingFiles, 'first' | 'segment' | 'append' | 'close' | 'closeNow'>
  readonly hostId: string
  readonly name: string
  /** A segment that is larger is followed by the next. */
  readonly segmentBytes: number
  readonly wall: () => number
  readonly now: () => Millis
  /** Called once, when the recording ends before the agent does. */
  readonly onStopped: (why: string) => void
}

/** Steps are encoded so long after the first of them. */
const REST = 100
/** Steps encoded in one turn of the event loop: about a millisecond. */
const BATCH = 32
/** Steps that may wait to be encoded. */
const WAITING_MAX = 50_000

type Effects = readonly Effect<NodeEvent>[]

interface Waiting {
  readonly now: Millis
  readonly input: Input<NodeCommand>
  /** What came of it, or the words of the assertion that failed. */
  readonly result: Effects | string
}

export class Recorder implements Machine<NodeCommand, NodeEvent> {
  /** Steps encoded so far. */
  steps = 0
  private readonly options: RecorderOptions
  private readonly node: Node
  private writer = new TraceWriter<NodeCommand>()
  private hash = new TraceHash(new Uint8Array(HASH_BYTES))
  private number: number
  private segmentSize = 0
  /** Bounded: WAITING_MAX. */
  private waiting: Waiting[] = []
  private timer: NodeJS.Timeout | undefined
  private stopped = false

  constructor(options: RecorderOptions) {
    this.options = options
    this.node = options.node
    this.number = options.files.first
    this.begin(new Uint8Array(HASH_BYTES))
    process.once('exit', this.last)
  }

  receive(from: Address, bytes: Uint8Array, via: Channel, now: Millis): Effects {
    const step = (): Effects => this.node.receive(from, bytes, via, now)
    return this.keep({ kind: 'receive', from, bytes, via }, now, step)
  }

  command(command: NodeCommand, now: Millis): Effects {
    return this.keep({ kind: 'command', command }, now, () => this.node.command(command, now))
  }

  stored(ticket: Ticket, ok: boolean, now: Millis): Effects {
    return this.keep({ kind: 'stored', ticket, ok }, now, () => this.node.stored(ticket, ok, now))
  }

  closed(peer: Address, why: Ending, now: Millis): Effects {
    return this.keep({ kind: 'closed', peer, why }, now, () => this.node.closed(peer, why, now))
  }

  wake(now: Millis): Effects {
    return this.keep({ kind: 'wake' }, now, () => this.node.wake(now))
  }

  get wakeAt(): Millis {
    return this.node.wakeAt
  }

  /** The trace hash as of the last step encoded. */
  get traceHash(): string {
    return hashText(this.hash.bytes())
  }

  /** Whatever waits is written, and an orderly end. */
  async close(): Promise<void> {
    process.off('exit', this.last)
    this.finish()
    await this.options.files.close()
  }

  /** The files could not be written. */
  stop(why: string): void {
    if (this.stopped) return
    this.stopped = true
    this.waiting = []
    clearTimeout(this.timer)
    this.options.onStopped(why)
  }

  /** As `close`, in the last moment of the process. */
  private readonly last = (): void => {
    this.finish()
    this.options.files.closeNow()
  }

  private finish(): void {
    if (this.stopped) return
    this.encode(Infinity)
    this.options.files.append(endBytes(this.hash.bytes()))
    this.stopped = true
    clearTimeout(this.timer)
  }

  private keep(input: Input<NodeCommand>, now: Millis, step: () => Effects): Effects {
    if (this.stopped) return step()
    try {
      const result = step()
      this.remember({ now, input, result })
      return result
    } catch (error) {
      this.remember({ now, input, result: error instanceof Error ? error.message : String(error) })
      throw error
    }
  }

  private remember(step: Waiting): void {
    this.waiting.push(step)
    if (this.waiting.length > WAITING_MAX) return this.stop('this process is too busy')
    this.timer ??= setTimeout(this.work, REST).unref()
  }

  private readonly work = (): void => {
    this.timer = undefined
    if (this.stopped) return
    this.encode(BATCH)
    if (this.waiting.length > 0) {
      this.timer = setTimeout(this.work, 0).unref()
      return
    }
    if (this.segmentSize >= this.options.segmentBytes) this.turn()
  }

  private encode(most: number): void {
    const batch = this.waiting.splice(0, most)
    const frames: Uint8Array[] = []
    for (const step of batch) {
      const { now, input } = step
      const bytes = this.writer.write({ now, input, outcome: outcomeOf(step) })
      if (bytes === undefined) return this.stop('a step is too large to be recorded')
      this.hash.add(bytes)
      this.steps++
      frames.push(frameBytes(bytes))
    }
    if (frames.length === 0) return
    const all = Buffer.concat(frames)
    this.segmentSize += all.length
    this.options.files.append(all)
  }

  /** Nothing waits: the node is as the last step encoded left it. */
  private turn(): void {
    const hash = this.hash.bytes()
    this.options.files.append(endBytes(hash))
    this.number++
    this.begin(hash)
  }

  private begin(hash: Uint8Array): void {
    const { hostId, name, wall, now, files } = this.options
    const { number, steps } = this
    const head: Head = {
      release: release(),
      hostId,
      name,
      number,
      steps,
      wall: wall(),
      now: now(),
      hash,
    }
    const snapshot = snapshotOf(this.node)
    this.writer = new TraceWriter()
    this.hash = new TraceHash(hash)
    this.segmentSize = snapshot.length
    files.segment(head, snapshot)
  }
}

function outcomeOf({ result }: Waiting): Outcome {
  if (typeof result === 'string') return { kind: 'failed', why: result.slice(0, 1000) }
  return { kind: 'effects', prints: result.map(printOf) }
}

export interface Opening {
  readonly path: string
  /** Bytes of a segment, and how many are kept. */
  readonly size: number
  readonly keep: number
  readonly self: { readonly node: Node; readonly hostId: string; readonly name: string }
  readonly log: Log
}

/** A recorder that writes files. @throws {OperatorError} when it cannot */
export async function openRecorder({ path, size, keep, self, log }: Opening): Promise<Recorder> {
  const files = await RecordingFiles.open(path, keep, (why) => recorder.stop(why))
  const onStopped = (why: string): void => {
    log.say('warn', `The recording ${path} has stopped: ${why}. The agent goes on without it.`)
  }
  const timing = { wall: wallTime, now: monotonic }
  const recorder = new Recorder({ ...self, ...timing, files, segmentBytes: size, onStopped })
  return recorder
}
