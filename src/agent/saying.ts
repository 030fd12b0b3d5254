/** The shapes of what an agent says to the outside: a flat object for each event. */
import type { HostId, Identity } from '../gossip/identity.js'

export type Level = 'error' | 'warn' | 'info' | 'debug'

export type Detail =
  string | number | boolean | null | readonly Detail[] | { readonly [key: string]: Detail }

export interface Announcement {
  /** RUN-NUMBER: names this event among all that this run of the agent announced. */
  readonly id: string
  /** ISO 8601, UTC. */
  readonly time: string
  readonly level: Level
  readonly event: string
  /** Name of the node that it is about. */
  readonly node: string
  readonly hostId: HostId
  /** Name of the agent that says so. */
  readonly agent: string
  readonly details: Readonly<Record<string, Detail>>
}

/** What an event amounts to, before it has a number and a time. */
export interface Saying {
  readonly level: Level
  readonly event: string
  /** The subject; the speaker itself where undefined. */
  readonly about?: Identity
  readonly details: Readonly<Record<string, Detail>>
}

export type Details = Readonly<Record<string, Detail>>
