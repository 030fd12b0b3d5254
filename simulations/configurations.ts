/**
 * The configurations that every scenario can be run with, so that the worth of each part is seen:
 * the protocol as shipped, SWIM as published, SWIM with each part of Lifeguard, and ours without
 * one job of phi. All are settings of one and the same code.
 */
import type { GossipSettings } from '../src/gossip/settings.js'
import { lifeguardParts, plainSwim } from './variants.js'

export interface Configuration {
  readonly name: string
  readonly says: string
  readonly settings: Partial<GossipSettings>
}

/** As shipped, in the profile that the run is given. */
export const SHIPPED: Configuration = { name: 'murmur', says: 'as shipped', settings: {} }

const { probe, suspicion, buddy } = lifeguardParts

/** In the order of tables and plots; the first is the one that others are compared with. */
export const configurations: readonly Configuration[] = [
  SHIPPED,
  { name: 'swim', says: 'plain SWIM with fixed time-outs', settings: plainSwim },
  {
    name: 'swim+probe',
    says: "SWIM with Lifeguard's local health on probes",
    settings: { ...plainSwim, ...probe },
  },
  {
    name: 'swim+suspicion',
    says: "SWIM with Lifeguard's suspicions that confirmations shorten",
    settings: { ...plainSwim, ...suspicion },
  },
  {
    name: 'swim+buddy',
    says: "SWIM with Lifeguard's buddy: the accused is told first",
    settings: { ...plainSwim, ...buddy },
  },
  {
    name: 'lifeguard',
    says: 'SWIM with all three parts of Lifeguard',
    settings: { ...plainSwim, ...probe, ...suspicion, ...buddy },
  },
  {
    name: 'no-phi-timeout',
    says: 'ours with a fixed probe time-out of 0.5 s',
    settings: { ackFloor: 500, ackPrior: 500, ackCap: 500 },
  },
  {
    name: 'no-phi-accusation',
    says: 'ours, but a silent edge accuses nobody',
    settings: { phiAccuses: false },
  },
  {
    name: 'no-edges',
    says: 'ours without steady edges, so without any phi',
    settings: { edges: 0 },
  },
]
