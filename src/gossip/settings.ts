/**
 * Every number of the gossip protocol, with its reason. Times are milliseconds. The defaults are
 * the `lan` profile; `calm` and `wan` replace some of them.
 */
import { withDefaults, type Declarations, type Values } from '../base/settings.js'
import { switches } from './switches.js'

export const gossipSettings = {
  probePeriod: {
    kind: 'number',
    unit: 'ms',
    default: 1000,
    min: 50,
    max: 60000,
    why:
      'One probe of the round-robin order each period (SWIM section 3.1). Shorter finds ' +
      'failures sooner and costs packets.',
  },
  edgePeriod: {
    kind: 'number',
    unit: 'ms',
    default: 3000,
    min: 100,
    max: 60000,
    why:
      'How often each observed subject is probed, along with a round where one is near; up to ' +
      '3230 the interval stays within 3.5 s, which keeps phi of use as a heartbeat.',
  },
  edges: {
    kind: 'number',
    unit: '',
    default: 3,
    min: 0,
    max: 16,
    why:
      'Subjects each node observes in clusters below edgesThin; more shorten the tail of ' +
      'detection and cost packets.',
  },
  edgesThin: {
    kind: 'number',
    unit: 'nodes',
    default: 100,
    min: 2,
    max: 100000,
    why: 'From this size on one edge less, so that steady bytes fall as the cluster grows.',
  },
  relays: {
    kind: 'number',
    unit: '',
    default: 3,
    min: 0,
    max: 16,
    why: 'Members asked to probe on our behalf before anybody is accused (SWIM section 3.1, k).',
  },
  ackFloor: {
    kind: 'number',
    unit: 'ms',
    default: 150,
    min: 1,
    max: 60000,
    why:
      'Shortest wait for a direct answer, however quick the round trips seen were: a ' +
      'garbage collection fits in.',
  },
  ackPrior: {
    kind: 'number',
    unit: 'ms',
    default: 200,
    min: 1,
    max: 60000,
    why: 'Wait for a direct answer before any round trip was measured.',
  },
  ackCap: {
    kind: 'number',
    unit: 'ms',
    default: 500,
    min: 1,
    max: 60000,
    why: 'Longest wait for a direct answer, however slow the round trips seen were.',
  },
  relayWait: {
    kind: 'number',
    unit: 'ms',
    default: 300,
    min: 1,
    max: 60000,
    why:
      'Wait for an indirect or stream answer after the direct one failed; a relay says nack' +
      ' after 0.8 of it.',
  },
  phiThreshold: {
    kind: 'number',
    unit: '',
    default: 8,
    min: 1,
    max: 16,
    fraction: true,
    why:
      'A silence is taken for a failure when its probability fell to 10^-phi (Hayashibara ' +
      '2004).',
  },
  phiWindow: {
    kind: 'number',
    unit: 'samples',
    default: 64,
    min: 4,
    max: 1024,
    why: 'Arrival intervals remembered for each edge.',
  },
  phiFloor: {
    kind: 'number',
    unit: 'ms',
    default: 200,
    min: 1,
    max: 60000,
    why:
      'Smallest standard deviation assumed of arrival intervals: very regular ones must not' +
      ' make a hair trigger.',
  },
  phiPause: {
    kind: 'number',
    unit: 'ms',
    default: 500,
    min: 0,
    max: 60000,
    why:
      'Silence beyond the mean interval that is acceptable in any case; with the floor on the ' +
      'deviation it leaves time for the second try of a stream, a second after the first.',
  },
  suspicionFactor: {
    kind: 'number',
    unit: '',
    default: 1.4,
    min: 0.1,
    max: 100,
    fraction: true,
    why:
      'Shortest suspicion is this times max(1, log10 N) seconds. It is what detection time ' +
      'is made of, and the pause that is forgiven.',
  },
  suspicionRange: {
    kind: 'number',
    unit: '',
    default: 6,
    min: 1,
    max: 100,
    fraction: true,
    why: 'Longest suspicion over the shortest (Lifeguard section IV-B, beta).',
  },
  confirmations: {
    kind: 'number',
    unit: '',
    default: 2,
    min: 0,
    max: 3,
    why:
      'Independent further accusers that bring a suspicion down to its shortest (Lifeguard ' +
      'section IV-B, K).',
  },
  healthMax: {
    kind: 'number',
    unit: '',
    default: 8,
    min: 0,
    max: 64,
    why: 'Largest local health score (Lifeguard section IV-A, S). 0 switches local health off.',
  },
  suspicionStretch: {
    kind: 'number',
    unit: '',
    default: 0.25,
    min: 0,
    max: 4,
    fraction: true,
    why:
      'How much of the suspicion each point of the health score adds; with less, short ' +
      'suspicions raise false alarms.',
  },
  isolationCap: {
    kind: 'number',
    unit: 'ms',
    default: 6000,
    min: 0,
    max: 600000,
    why:
      "How long failures are put down to one's own isolation when nobody answers at all; " +
      'without a cap the last of two peers would never be found dead.',
  },
  checkGap: {
    kind: 'number',
    unit: 'ms',
    default: 120,
    min: 0,
    max: 10000,
    why:
      "Gap of the two last pings before one's own verdict, and the wait of the one ping " +
      "that verifies another's. 0 switches both off.",
  },
  stall: {
    kind: 'number',
    unit: 'ms',
    default: 250,
    min: 10,
    max: 60000,
    why:
      'Lateness for an own deadline that counts as having been stopped: what expired ' +
      'meanwhile is void.',
  },
  gossipPeriod: {
    kind: 'number',
    unit: 'ms',
    default: 200,
    min: 10,
    max: 60000,
    why: 'Pace of the dedicated rounds while there is something to say.',
  },
  gossipFanout: {
    kind: 'number',
    unit: '',
    default: 3,
    min: 1,
    max: 16,
    why: 'Members told in each round.',
  },
  retransmits: {
    kind: 'number',
    unit: '',
    default: 4,
    min: 1,
    max: 32,
    why: 'Each rumor is sent this times ceil(log10(N + 1)) times.',
  },
  datagram: {
    kind: 'number',
    unit: 'bytes',
    default: 1400,
    min: 512,
    max: 1400,
    why: 'Largest datagram; 40 bytes of it are reserved for encryption.',
  },
  bandwidth: {
    kind: 'number',
    unit: 'bytes/s',
    default: 65536,
    min: 4096,
    max: 16777216,
    why:
      'Budget of dedicated rounds and repair, beside probes and their answers; a burst of ' +
      'one second is allowed.',
  },
  syncWait: {
    kind: 'number',
    unit: 'ms',
    default: 1000,
    min: 10,
    max: 600000,
    why:
      'Quiet after the last change before views that differ are compared: rumors should ' +
      'have their chance.',
  },
  reconnectPace: {
    kind: 'number',
    unit: '1/s',
    default: 4,
    min: 0.01,
    max: 1000,
    fraction: true,
    why:
      'Attempts a second, cluster-wide, to reach members that are down and seeds that are ' +
      'not joined; it heals partitions.',
  },
  viewQuiet: {
    kind: 'number',
    unit: 'ms',
    default: 1500,
    min: 0,
    max: 600000,
    why: 'A change of the view is published when the live members have been the same for so long.',
  },
  cutQuiet: {
    kind: 'number',
    unit: 'ms',
    default: 2500,
    min: 0,
    max: 600000,
    why: 'A set of failures is published as one cut when it has been the same for so long.',
  },
  leaveWait: {
    kind: 'number',
    unit: 'ms',
    default: 400,
    min: 0,
    max: 60000,
    why: 'How long a leaving node keeps telling others before it may stop.',
  },
  tombstoneFloor: {
    kind: 'number',
    unit: 'ms',
    default: 259200000,
    min: 1000,
    max: 31536000000,
    why:
      'Youngest age (72 h) at which the memory of a member that left may be dropped, once ' +
      'all have it.',
  },
  membersMax: {
    kind: 'number',
    unit: 'nodes',
    default: 20000,
    min: 1,
    max: 1000000,
    why:
      'Most members remembered, those gone included; further ones are refused, nobody is ' +
      'dropped.',
  },
  factQuota: {
    kind: 'number',
    unit: 'bytes',
    default: 65536,
    min: 1024,
    max: 1048576,
    why: 'Most bytes of facts one node may publish, keys included.',
  },
  factInline: {
    kind: 'number',
    unit: 'bytes',
    default: 256,
    min: 16,
    max: 1024,
    why: 'Largest fact that rides in datagrams; larger ones are announced by version and pulled.',
  },
  ...switches,
} as const satisfies Declarations

export type GossipSettings = Values<typeof gossipSettings>
export type Profile = 'lan' | 'calm' | 'wan'

const profiles: Record<Profile, Partial<GossipSettings>> = {
  lan: {},
  calm: { suspicionFactor: 2 },
  wan: {
    suspicionFactor: 4,
    ackFloor: 400,
    ackPrior: 1000,
    ackCap: 3000,
    relayWait: 2000,
    checkGap: 700,
    gossipPeriod: 400,
  },
}

/** The settings of a profile, some of them replaced. @throws {RangeError} naming every problem */
export function settingsFor(profile: Profile, given: Partial<GossipSettings> = {}): GossipSettings {
  return withDefaults(gossipSettings, { ...profiles[profile], ...given })
}
