/** When a running node has to do more than probes and rounds: the deadlines that rarely move. */
import type { Millis } from '../base/machine.js'
import type { Parts } from './parts.js'

export function rareDeadline(parts: Parts): Millis {
  const { contacts, suspicions, watch, facts, reconnect, tombstones, store, life } = parts
  return Math.min(
    contacts.wakeAt,
    suspicions.wakeAt,
    watch.wakeAt,
    facts.wakeAt,
    reconnect.wakeAt,
    tombstones.wakeAt,
    store.wakeAt,
    life.wakeAt,
  )
}
