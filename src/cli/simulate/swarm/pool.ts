/**
 * Threads that each work on one task at a time. Which thread takes which seed changes nothing: a
 * trial depends on its seed alone.
 */
import { Worker } from 'node:worker_threads'
import type { Answer, Task } from './task.js'

interface Order {
  readonly task: Task
  readonly done: (answer: Answer) => void
  readonly failed: (why: Error) => void
}

export class Pool {
  /** Bounded by the threads asked for. */
  private readonly idle: Worker[] = []
  /** Bounded likewise. */
  private readonly workers: Worker[] = []
  /** Bounded by what is asked at once. */
  private readonly waiting: Order[] = []
  /** What each thread works on; bounded by the threads. */
  private readonly busy = new Map<Worker, Order>()

  /** @param file the module that runs in each */
  constructor(file: URL, threads: number) {
    for (let i = 0; i < threads; i++) this.add(new Worker(file))
  }

  ask(task: Task): Promise<Answer> {
    return new Promise((done, failed) => {
      this.waiting.push({ task, done, failed })
      this.assign()
    })
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()))
  }

  private add(worker: Worker): void {
    this.workers.push(worker)
    this.idle.push(worker)
    worker.on('message', (answer: Answer) => {
      const order = this.busy.get(worker)
      this.busy.delete(worker)
      this.idle.push(worker)
      order?.done(answer)
      this.assign()
    })
    worker.on('error', (why) => {
      const order = this.busy.get(worker)
      order?.failed(why instanceof Error ? why : new Error(String(why)))
    })
  }

  private assign(): void {
    while (this.idle.length > 0) {
      const order = this.waiting.shift()
      if (order === undefined) return
      const worker = this.idle.pop()
      if (worker === undefined) return
      this.busy.set(worker, order)
      worker.postMessage(order.task)
    }
  }
}
