/**
 * What a checker is: it watches one property of the protocol and says when it is broken. Each hook
 * is called with what has just happened; a checker keeps only what its property needs, so that a
 * step costs no more than what it changed.
 */
import type { Millis } from '../../src/base/machine.js'
import type { Node, NodeEvent } from '../../src/cluster/node.js'
import type { Change, Stood } from '../../src/gossip/table.js'
import type { VirtualHost } from '../host.js'
import type { Sent } from '../network.js'

/** One row added, or changed to something else; `after` null: dropped. */
export interface Turn {
  readonly host: VirtualHost
  readonly change: Change
  readonly now: Millis
}

/** A host and its machine at the end of a step. */
export interface Sight {
  readonly host: VirtualHost
  readonly node: Node
  readonly now: Millis
}

export interface Check {
  /** Under this name it is reported. */
  readonly name: string
  /** A process began; what its table holds already is news to the checker. */
  began?(sight: Sight): void
  /** Every change of a member table, in order. */
  changed?(turn: Turn): void
  /** After the changes of a step. */
  stepped?(sight: Sight): void
  sent?(sent: Sent): void
  told?(event: NodeEvent, host: VirtualHost, now: Millis): void
  /** The calm is over. */
  ended?(hosts: readonly VirtualHost[], now: Millis): void
}

export interface Violation {
  readonly at: Millis
  readonly check: string
  readonly host: string
  readonly what: string
}

/** A row in words, for a violation. */
export function told(stood: Stood | null): string {
  if (stood === null) return 'nothing'
  const { identity, standing, incarnation, version } = stood
  const numbers = `${identity.generation}.${incarnation}, version ${version}`
  return `${identity.name} ${standing} (generation and incarnation ${numbers})`
}
