/** What the host of a gossip machine may ask of it, and why it would be refused. */
import type { Address } from '../base/machine.js'
import type { HostId } from './identity.js'
import { NO_ROW, SELF, type Members, type Row } from './members.js'
import { supersedes } from './precedence.js'

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

/** Why a ban would be refused; undefined: it would not. */
export function problemOfBan(
  members: Members,
  row: Row,
  as: 'removed' | 'replaced',
): string | undefined {
  if (row === SELF) return 'a node cannot ban itself'
  if (row === NO_ROW) return 'no such host id is known'
  const held = members.member(row)
  return supersedes({ standing: as, incarnation: 0 }, held)
    ? undefined
    : `it is ${held.standing} already`
}
