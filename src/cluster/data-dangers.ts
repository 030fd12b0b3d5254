/** What endangers copies of data: nodes that are down, too few of them, a ring too uneven. */
import type { GossipView } from '../gossip/view.js'
import { imbalanceOf } from '../ring/ownership.js'
import { Placement } from '../ring/placement.js'
import { DEFAULT_BAR } from '../ring/rebalance.js'
import { settingsIn } from './cluster-settings.js'
import type { Finding } from './finding.js'
import { allocationOf, ringOf } from './plan/layout.js'
import { majority, type RingRecord } from './record/record.js'

export function dataDangers(
  record: RingRecord,
  down: ReadonlySet<string>,
  view: GossipView,
  now: number,
): Finding[] {
  return [...copies(record, down), ...thin(record), ...fading(record, view, now), ...uneven(record)]
}

/** Ranges that have lost copies for as long as nodes are down. */
function copies(record: RingRecord, down: ReadonlySet<string>): Finding[] {
  return record.keyspaces.flatMap(({ name, replication }) => {
    const placement = new Placement(ringOf(record), replication)
    let [missing, lost] = [0, 0]
    for (let i = 0; i < placement.ring.size; i++) {
      const replicas = placement.replicasAt(i)
      const up = replicas.filter(({ id }) => !down.has(id)).length
      if (up < replicas.length) missing++
      if (up < majority(replicas.length)) lost++
    }
    if (missing === 0) return []
    const ranges = `${missing} of ${placement.ring.size} ranges miss a copy`
    const what = `keyspace ${name}: ${ranges}, ${lost} have no majority`
    return [{ grave: lost > 0, what, next: 'Bring the nodes that are down back, or remove them.' }]
  })
}

/** Keyspaces that keep fewer copies than they were created with, for want of nodes. */
function thin(record: RingRecord): Finding[] {
  const count = (dc: string): number =>
    record.members.filter((member) => member.tokens.length > 0 && (dc === '' || member.dc === dc))
      .length
  return record.keyspaces.flatMap(({ name, replication }) => {
    const wanted: readonly (readonly [string, number])[] =
      replication.kind === 'simple'
        ? [['', replication.factor.all]]
        : [...replication.factors].map(([dc, factor]) => [dc, factor.all] as const)
    return wanted
      .filter(([dc, copiesThere]) => count(dc) < copiesThere)
      .map(([dc, copiesThere]) => {
        const where = dc === '' ? '' : ` in ${dc}`
        const nodes = `of ${count(dc)} nodes`
        const what = `keyspace ${name} is to keep ${copiesThere} copies${where}, ${nodes}`
        return { grave: false, what, next: 'Start more nodes there; they join by themselves.' }
      })
  })
}

/** Nodes that the cluster gives up by itself before long. */
function fading(record: RingRecord, view: GossipView, now: number): Finding[] {
  const { autoReplace, autoReplaceAfter } = settingsIn(record.config)
  if (!autoReplace) return []
  return view.members
    .filter(({ hostId, liveness }) => {
      return liveness === 'down' && record.members.some((member) => member.hostId === hostId)
    })
    .map(({ name, since }) => {
      const left = Math.max(0, Math.ceil(autoReplaceAfter - (now - since) / 1000))
      return {
        grave: false,
        what: `${name} is given up in ${left} s, for autoReplace is on`,
        next: 'Start it again before, or run murmur config set autoReplace false.',
      }
    })
}

function uneven(record: RingRecord): Finding[] {
  const { autoRebalance, rebalanceAbove } = settingsIn(record.config)
  if (record.moves.length > 0 || record.members.length < 2) return []
  const ratio = imbalanceOf(new Placement(ringOf(record), allocationOf(record, [])))
  if (ratio <= Math.max(rebalanceAbove, DEFAULT_BAR)) return []
  const what = `the fullest node holds ${ratio.toFixed(2)} times the mean of its rack`
  const next = autoRebalance
    ? 'It is levelled by itself once the ring has stood still: murmur config get rebalancePause.'
    : 'Run murmur rebalance --dry-run to see what levelling it would move.'
  return [{ grave: false, what, next }]
}
