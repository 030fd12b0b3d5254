/** What becomes of one intent under a record, with the reason. */
import type { RingRecord } from '../record/record.js'

export type Verdict =
  /** Taken up: the record with it, whose epoch and parent are set at the end. */
  | { readonly kind: 'done'; readonly record: RingRecord; readonly why: string }
  /** It cannot be, and waiting does not help. */
  | { readonly kind: 'refused'; readonly why: string; readonly next: string }
  /** It is so already, or what it speaks of is gone. */
  | { readonly kind: 'void'; readonly why: string }
  /** Not now; it stays an intent. */
  | { readonly kind: 'waits'; readonly why: string }

export function done(record: RingRecord, why: string): Verdict {
  return { kind: 'done', record, why }
}

export function refused(why: string, next: string): Verdict {
  return { kind: 'refused', why, next }
}

export function vain(why: string): Verdict {
  return { kind: 'void', why }
}

export function waits(why: string): Verdict {
  return { kind: 'waits', why }
}
