/** A thread of the swarm: tries the seeds it is sent, and makes failing scenarios small. */
import { parentPort } from 'node:worker_threads'
import { shrinkRingSeed, tryRingSeed } from '../../../../simulations/data/ring-trial.js'
import { shrinkSeed, trySeed } from '../../../../simulations/swarm/trial.js'
import type { Answer, Swarm, Task } from './task.js'

const swarms = {
  gossip: { attempt: trySeed, shrink: shrinkSeed },
  ring: { attempt: tryRingSeed, shrink: shrinkRingSeed },
} satisfies Record<Swarm, unknown>

parentPort?.on('message', ({ kind, swarm, seed }: Task) => {
  const { attempt, shrink } = swarms[swarm]
  const answer: Answer =
    kind === 'try'
      ? { kind: 'tried', trial: attempt(seed) }
      : { kind: 'shrunk', shrunk: shrink(seed) }
  parentPort?.postMessage(answer)
})
