/** When a running node has something to do besides its probes: the deadlines that rarely move. */
import type { Millis } from '../base/machine.js'
import type { Parts } from './parts.js'

export function rareDeadline(parts: Parts): Millis {
  const { contacts, suspicions, rounds, watch, facts, reconnect, tombstones, store, life } = parts
  return Math.min(
    contacts.wakeAt,
    suspicions.wakeAt,
    rounds.wakeAt,
    watch.wakeAt,
    facts.wakeAt,
    reconnect.wakeAt,
    tombstones.wakeAt,
    store.wakeAt,
    life.wakeAt,
  )
}
