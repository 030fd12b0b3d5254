/** What the threads of a swarm are asked, and what they answer. */
import type { ShrunkRing } from '../../../../simulations/data/ring-trial.js'
import type { Shrunk, Trial } from '../../../../simulations/swarm/trial.js'

/** Which swarm: of the gossip alone, or of ring changes with clients at work. */
export type Swarm = 'gossip' | 'ring'

export interface Task {
  readonly swarm: Swarm
  readonly kind: 'try' | 'shrink'
  readonly seed: number
}

export type Answer =
  | { readonly kind: 'tried'; readonly trial: Trial }
  | { readonly kind: 'shrunk'; readonly shrunk: Shrunk | ShrunkRing }
