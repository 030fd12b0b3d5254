/** What would become of a wish now, before anybody else hears of it: for refusals and dry runs. */
import type { HostId } from '../gossip/identity.js'
import type { Wish } from './intent.js'
import { intentOf } from './intent-bytes.js'
import { NO_INPUTS } from './plan/plan.js'
import { planned } from './plan/plans.js'
import type { Sealed } from './record/record-bytes.js'
import type { RingRecord } from './record/record.js'

export type Preview =
  /** The record that would come of it. */
  | { readonly kind: 'done'; readonly record: RingRecord; readonly why: string }
  | { readonly kind: 'waits'; readonly why: string }
  | { readonly kind: 'void'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string; readonly next: string }

export function preview(current: Sealed, wish: Wish, author: HostId): Preview {
  const intent = intentOf(author, current.record.epoch, 0, wish)
  const next = planned(current, { ...NO_INPUTS, intents: [intent] })
  if (next.kind === 'nothing') return waiting(next.holds, intent.id)
  const taken = next.taken.find((each) => each.intent.id === intent.id)
  if (taken === undefined) return waiting(next.holds, intent.id)
  const { verdict } = taken
  return verdict.kind === 'done' ? { ...verdict, record: next.record } : verdict
}

function waiting(
  holds: readonly { readonly id: string; readonly why: string }[],
  id: string,
): Preview {
  const why = holds.find((hold) => hold.id === id)?.why ?? 'other changes come first'
  return { kind: 'waits', why }
}
