/** What the host of a gossip machine may ask of it. */
import type { Address } from '../base/machine.js'
import type { HostId } from './identity.js'

export type GossipCommand =
  /** Stores the generation; everything else begins once that is stored. */
  | { readonly kind: 'start' }
  /** The seeds as resolved just now; replaces the former list. At most 64 are kept. */
  | { readonly kind: 'seeds'; readonly addresses: readonly Address[] }
  /** Sets or (null) deletes a fact about oneself. Refused over the quota. */
  | { readonly kind: 'publish'; readonly key: string; readonly value: Uint8Array | null }
  /** Announces leaving for this generation; `self.left` follows. */
  | { readonly kind: 'leave' }
  /** Announces going down without leaving; `self.left` follows. */
  | { readonly kind: 'drain' }
  /** After a leave: a new generation. */
  | { readonly kind: 'rejoin' }
  /** Bans a host id for ever. */
  | {
      readonly kind: 'ban'
      readonly hostId: HostId
      readonly as: 'removed' | 'replaced'
    }
