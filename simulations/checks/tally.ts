/**
 * What happened in a run, counted, so that it can be seen that the checkers had something to check:
 * a swarm in which any of these stays at nothing has proved nothing.
 */
import type { Node, NodeEvent } from '../../src/cluster/node.js'
import { SELF } from '../../src/gossip/members.js'
import { isGone } from '../../src/gossip/precedence.js'
import type { VirtualHost } from '../host.js'
import type { Sent } from '../network.js'
import type { Check, Sight, Turn } from './check.js'

/** Nothing yet of everything, in the order in which they are printed. */
const NOTHING = {
  steps: 0,
  messages: 0,
  frames: 0,
  starts: 0,
  met: 0,
  suspicions: 0,
  refutations: 0,
  verdicts: 0,
  revived: 0,
  heals: 0,
  'tombstones made': 0,
  'tombstones dropped': 0,
  bans: 0,
  reborn: 0,
  restored: 0,
  syncs: 0,
  stalls: 0,
  facts: 0,
  nacks: 0,
  cuts: 0,
  views: 0,
  'store failures': 0,
} as const

type Count = keyof typeof NOTHING
export type Counts = Record<Count, number>

export class Tally implements Check {
  readonly name = 'tally'
  readonly counts: Counts = { ...NOTHING }
  /** The process of each host that was seen last; bounded by the hosts. */
  private readonly nodes = new Map<VirtualHost, Node>()

  began({ host, node }: Sight): void {
    this.collect(host)
    this.nodes.set(host, node)
    this.counts.starts++
    if (node.table.size > 1) this.counts.restored++
  }

  changed({ change: { row, before, after } }: Turn): void {
    const { counts } = this
    if (after === null) counts['tombstones dropped']++
    else if (row === SELF) {
      if (before !== null && after.incarnation > before.incarnation) counts.refutations++
    } else if (after.standing !== before?.standing) {
      if (after.standing === 'suspect') counts.suspicions++
      else if (after.standing === 'down') counts.verdicts++
      else if (isGone(after.standing)) counts['tombstones made']++
      else if (before === null) counts.met++
      else if (before.standing === 'suspect') counts.revived++
      else if (before.standing === 'down') counts.heals++
    }
  }

  stepped(): void {
    this.counts.steps++
  }

  sent({ via }: Sent): void {
    if (via === 'stream') this.counts.frames++
    else this.counts.messages++
  }

  told(event: NodeEvent): void {
    const count = COUNTED[event.kind]
    if (count !== undefined) this.counts[count]++
  }

  ended(hosts: readonly VirtualHost[]): void {
    for (const host of hosts) this.collect(host)
    this.nodes.clear()
  }

  /** What a process counted for itself; taken once, when it has ended. */
  private collect(host: VirtualHost): void {
    const counted = this.nodes.get(host)?.counters() ?? {}
    this.counts.syncs += counted['syncs'] ?? 0
    this.counts.nacks += counted['nacks'] ?? 0
  }
}

const COUNTED: Partial<Record<NodeEvent['kind'], Count>> = {
  'self.banned': 'bans',
  'self.reborn': 'reborn',
  'node.stalled': 'stalls',
  'member.facts': 'facts',
  'cut.detected': 'cuts',
  'view.changed': 'views',
  'store.failed': 'store failures',
}
