/** A thread of the swarm: tries the seeds it is sent, and makes failing scenarios small. */
import { parentPort } from 'node:worker_threads'
import { shrinkSeed, trySeed } from '../../../../simulations/swarm/trial.js'
import type { Answer, Task } from './task.js'

parentPort?.on('message', (task: Task) => {
  const answer: Answer =
    task.kind === 'try'
      ? { kind: 'tried', trial: trySeed(task.seed) }
      : { kind: 'shrunk', shrunk: shrinkSeed(task.seed) }
  parentPort?.postMessage(answer)
})
