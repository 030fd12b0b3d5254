/**
 * What gossip tells the world: events for applications, logs, metrics and traces. They leave the
 * machine as effects, after the step that caused them, so a listener may call back into it.
 */
import type { Address, Millis } from '../base/machine.js'
import type { HostId, Identity } from './identity.js'

/** Who says so: a member, as far as it is known here, and how improbable the silence was to it. */
export interface Accuser {
  readonly name: string
  readonly hostId: HostId | null
  /** phi of the silence as the accuser saw it, 0..25.5. */
  readonly phi: number
}

export type GossipEvent =
  /** The generation is stored and the node speaks from now on. */
  | { readonly kind: 'gossip.started'; readonly self: Identity }
  /**
   * Seen alive at first hand: new, returned, or back with a higher generation. Also said of
   * oneself.
   */
  | { readonly kind: 'member.up'; readonly member: Identity; readonly incarnation: number }
  | { readonly kind: 'member.suspect'; readonly member: Identity; readonly by: Accuser }
  /** The accused proved the suspicion or the verdict wrong. */
  | { readonly kind: 'member.refuted'; readonly member: Identity; readonly incarnation: number }
  | { readonly kind: 'member.down'; readonly member: Identity; readonly by: readonly Accuser[] }
  | { readonly kind: 'member.left'; readonly member: Identity }
  | {
      readonly kind: 'member.removed'
      readonly member: Identity
      readonly as: 'removed' | 'replaced'
    }
  | {
      readonly kind: 'member.facts'
      readonly member: Identity
      readonly keys: readonly string[]
    }
  /** The set of live members has been the same for a quiet window. */
  | {
      readonly kind: 'view.changed'
      readonly size: number
      readonly joined: readonly HostId[]
      readonly gone: readonly HostId[]
    }
  /**
   * The set of 'down' verdicts has been unchanged for the stable window: one cut, however many
   * crashed.
   */
  | { readonly kind: 'cut.detected'; readonly id: string; readonly members: readonly Identity[] }
  | { readonly kind: 'name.conflict'; readonly name: string; readonly hostIds: readonly HostId[] }
  | {
      readonly kind: 'address.conflict'
      readonly address: Address
      readonly hostIds: readonly HostId[]
    }
  /** Another agent uses this identity (a copied data directory): the host must stop. */
  | {
      readonly kind: 'identity.conflict'
      readonly address: Address
      readonly generation: number
    }
  /** This host id was removed or replaced: the host must stop. */
  | { readonly kind: 'self.banned'; readonly as: 'removed' | 'replaced' }
  /** Leaving (or draining) has been announced; the host may stop now. */
  | { readonly kind: 'self.left'; readonly drained: boolean }
  /** The own instance was said to have left; a new generation was begun. */
  | { readonly kind: 'self.reborn'; readonly self: Identity }
  | { readonly kind: 'seed.joined'; readonly address: Address; readonly member: Identity }
  | { readonly kind: 'seed.silent'; readonly address: Address; readonly tries: number }
  /** A node of another cluster, or ring, spoke or was spoken to; nothing was merged. */
  | {
      readonly kind: 'cluster.foreign'
      readonly address: Address
      readonly cluster: string
      /** First digits of the id of its ring; '' before there is one. */
      readonly id: string
      readonly own: string
      readonly ownId: string
    }
  /** Local health 0 (well) to 8: how far this node distrusts itself. */
  | { readonly kind: 'health.changed'; readonly score: number }
  | { readonly kind: 'node.stalled'; readonly millis: Millis }
  | { readonly kind: 'store.failed'; readonly key: string }
  | { readonly kind: 'command.refused'; readonly command: string; readonly reason: string }
