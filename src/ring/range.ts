/**
 * Ranges of the ring, (left, right] as in Cassandra: left excluded, right included, and wrapped
 * where left >= right.
 */
import { compareTokens, formatToken, shareBetween, type Token } from './token.js'

export interface Range {
  readonly left: Token
  readonly right: Token
}

/** Whether the range holds the token; when left equals right it is the whole ring. */
export function holds({ left, right }: Range, token: Token): boolean {
  const after = compareTokens(left, token) < 0
  const within = compareTokens(token, right) <= 0
  return compareTokens(left, right) < 0 ? after && within : after || within
}

/** Above 0, up to 1: the whole ring when left equals right. */
export function shareOf({ left, right }: Range): number {
  const share = shareBetween(left, right)
  return share === 0 ? 1 : share
}

/** `(-42,17]` */
export function formatRange({ left, right }: Range): string {
  return `(${formatToken(left)},${formatToken(right)}]`
}
