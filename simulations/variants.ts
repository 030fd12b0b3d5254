/**
 * Other protocols by settings alone, to be compared with the one that is shipped: SWIM as it was
 * published, and what each part of Lifeguard adds to it (Dadgar, Phillips and Currey, DSN 2018,
 * section V, with their numbers).
 */
import type { GossipSettings } from '../src/gossip/settings.js'

type Variant = Partial<GossipSettings>

/**
 * Period 1 s, time-out 0.5 s, three relays for the rest of the period, and a suspicion of 5 log10 N
 * s whoever confirms it; nothing of phi, of Lifeguard, nor of the guards against one's own faults.
 */
export const plainSwim: Variant = {
  probePeriod: 1000,
  ackFloor: 500,
  ackPrior: 500,
  ackCap: 500,
  relayWait: 500,
  relays: 3,
  suspicionFactor: 5,
  confirmations: 0,
  healthMax: 0,
  suspicionStretch: 0,
  edges: 0,
  checkGap: 0,
  isolationCap: 0,
  stall: 60_000,
  phiAccuses: false,
  nacks: false,
  buddy: false,
  lifeProof: false,
  secondChance: false,
  streamPing: false,
}

/** What turns plain SWIM into SWIM with one part of Lifeguard. */
export const lifeguardParts = {
  /** Local health stretches probes; missed nacks lower it. */
  probe: { healthMax: 8, nacks: true },
  /** Suspicions that begin six times as long and shrink with three confirmations. */
  suspicion: { confirmations: 3, suspicionRange: 6 },
  /** The accused is told first. */
  buddy: { buddy: true },
} as const satisfies Record<string, Variant>
