/** What `murmur replay` is asked for. */

export interface ReplayFlags {
  readonly until?:
    | { readonly kind: 'after'; readonly millis: number }
    | { readonly kind: 'at'; readonly wall: number }
  readonly untilEvent?: string
  readonly trace?: true
  readonly json?: true
}
