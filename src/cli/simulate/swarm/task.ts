/** What the threads of a swarm are asked, and what they answer. */
import type { Shrunk, Trial } from '../../../../simulations/swarm/trial.js'

export interface Task {
  readonly kind: 'try' | 'shrink'
  readonly seed: number
}

export type Answer =
  | { readonly kind: 'tried'; readonly trial: Trial }
  | { readonly kind: 'shrunk'; readonly shrunk: Shrunk }
