/** One thing that blocks or endangers the ring, with what to do about it. */
export interface Finding {
  /** It stops the ring or loses data, now or with the next failure. */
  readonly grave: boolean
  /** One sentence, with the evidence. */
  readonly what: string
  /** The next command, or whom to wait for. */
  readonly next: string
}
