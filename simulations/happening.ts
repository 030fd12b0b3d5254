/** What waits on the world's heap, and what its nodes told when it happened. */
import type { Address, Millis, Ticket } from '../src/base/machine.js'
import type { NodeEvent } from '../src/cluster/node.js'
import type { Input, VirtualHost } from './host.js'

export type Happening =
  | { readonly kind: 'act'; readonly act: () => void }
  /** To whoever lives at the address then. */
  | { readonly kind: 'deliver'; readonly to: Address; readonly input: Input }
  /** To one process; a later life of its host does not get it. */
  | {
      readonly kind: 'reach'
      readonly host: VirtualHost
      readonly life: number
      readonly input: Input
    }
  | {
      readonly kind: 'write'
      readonly host: VirtualHost
      readonly life: number
      readonly write: Write
    }

export interface Write {
  readonly ticket: Ticket
  readonly key: string
  readonly bytes: Uint8Array | null
}

export interface Told {
  readonly at: Millis
  /** Name of the host that said so. */
  readonly by: string
  readonly event: NodeEvent
}
