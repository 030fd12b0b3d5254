/** What may be asked of a swarm. */
export interface SwarmOptions {
  readonly runs: number
  /** The first; the others follow it. */
  readonly seed: number
  /** Threads; as many as there are processors where it is not given. */
  readonly workers?: number
  /** Ring changes with clients at work, instead of gossip alone. */
  readonly ring?: true
  readonly json?: true
}
