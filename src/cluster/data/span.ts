/** Keys next to each other. */
import type { Span } from './storage.js'

/** The key directly behind. */
export function successor(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1)
  next.set(key)
  return next
}

/** The keys of a span after one of them. */
export function behind({ to }: Span, key: Uint8Array): Span {
  return { from: successor(key), to }
}
