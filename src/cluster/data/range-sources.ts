/**
 * One range of a movement on its way here, as far as anything is decided: from whom it is copied
 * next, when that is tried again, and when what is here makes a whole copy. Who carries the bytes,
 * a connection or a simulated one, only says what came of each.
 */
import type { Millis } from '../../base/machine.js'
import type { HostId } from '../../gossip/identity.js'
import type { CopyTask } from '../ring-event.js'
import { nextSource, type NextSource } from './copy-source.js'

/** Between two tries: the first wait, and the longest. */
const FIRST_WAIT: Millis = 200
const LONGEST_WAIT: Millis = 5000

/** What is to be known of the ring and of those in it. */
export interface SourceSight {
  /** Whether gossip holds it for dead. */
  isDown(hostId: HostId): boolean
  /** Whether there still is a keyspace of this label. */
  isKept(keyspace: string): boolean
}

export class RangeSources {
  readonly task: CopyTask
  /** From whom all of it is durable here; bounded by the replicas. */
  private readonly done = new Set<HostId>()
  private wait = FIRST_WAIT

  constructor(task: CopyTask) {
    this.task = task
  }

  /** From how many all of it is here. */
  get copied(): number {
    return this.done.size
  }

  /** Of a keyspace that was dropped meanwhile nothing is missing, whoever is not there. */
  next(sight: SourceSight): NextSource {
    if (!sight.isKept(this.task.keyspace)) return { kind: 'copied' }
    return nextSource(this.task, this.done, (hostId) => sight.isDown(hostId))
  }

  /** All of the range as this one has it is durable here. */
  took(from: HostId): void {
    this.done.add(from)
    this.wait = FIRST_WAIT
  }

  /** @returns how long to wait before the next try, for this one came to nothing */
  failed(): Millis {
    const { wait } = this
    this.wait = Math.min(wait * 2, LONGEST_WAIT)
    return wait
  }
}
