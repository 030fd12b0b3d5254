/** What is allowed but unwise in a placement, each in one sentence with the figure behind it. */
import { groupsOf, ownershipOf, type Group } from './ownership.js'
import { placeOf, type Placement } from './placement.js'

export interface Warning {
  readonly kind: 'rf-unreachable' | 'few-racks' | 'small-rack' | 'hot-node' | 'no-copies'
  /** The datacenter, rack or node concerned. */
  readonly about: string
  readonly says: string
}

/** Share over the mean of the rack at which a node is called hot. */
const HOT = 1.1

export function warningsOf(placement: Placement, ownership = ownershipOf(placement)): Warning[] {
  const groups = groupsOf(placement, ownership)
  return [
    ...unreachable(placement),
    ...rackWarnings(placement, groups),
    ...groups.flatMap(hotNode),
    ...withoutCopies(placement),
  ]
}

function unreachable({ quotas, replication, ring }: Placement): Warning[] {
  const asked =
    replication.kind === 'simple' ? [['', replication.factor] as const] : [...replication.factors]
  return asked.flatMap(([dc, { all }]): Warning[] => {
    const nodes = quotas.find((quota) => quota.dc === dc)?.replicas ?? 0
    if (nodes >= all || (all === 0 && ring.size >= 0)) return []
    const where = dc === '' ? 'the ring' : dc
    const higher = `is higher than its ${count(nodes, 'node')}`
    const says = `Your replication factor ${all} for ${where} ${higher}: some copies cannot be kept`
    return [{ kind: 'rf-unreachable', about: dc, says }]
  })
}

function rackWarnings({ quotas, replication }: Placement, groups: readonly Group[]): Warning[] {
  if (replication.kind === 'simple') return []
  return quotas.flatMap(({ dc, replicas }) => {
    const racks = groups.filter((group) => group.dc === dc)
    if (racks.length < 2) return []
    const few: Warning[] = racks.length < replicas ? [fewRacks(dc, racks.length, replicas)] : []
    return [...few, ...smallRacks(racks)]
  })
}

function fewRacks(dc: string, racks: number, copies: number): Warning {
  const risk = 'a rack may hold two copies of a range, and losing it may lose the majority'
  const says = `${dc} has ${racks} racks for ${copies} copies: ${risk}`
  return { kind: 'few-racks', about: dc, says }
}

/**
 * Each rack holds as much as its copies ask; with fewer nodes than the others each of them holds
 * more.
 */
function smallRacks(racks: readonly Group[]): Warning[] {
  const least = Math.min(...racks.map(({ mean }) => mean))
  return racks
    .filter(({ mean }) => mean > least * HOT)
    .map(({ dc, rack, nodes, mean }) => {
      const times = (mean / least).toFixed(2)
      const more = `each holds ${times} times what a node of the largest rack holds`
      const says = `rack ${rack} of ${dc} has ${count(nodes, 'node')}: ${more}`
      return { kind: 'small-rack' as const, about: `${dc}/${rack}`, says }
    })
}

function hotNode({ ratio, fullest, nodes }: Group): Warning[] {
  if (ratio <= HOT || nodes < 2) return []
  const says = `${fullest.id} holds ${ratio.toFixed(2)} times the mean of its rack: rebalance`
  return [{ kind: 'hot-node', about: fullest.id, says }]
}

function withoutCopies({ ring, replication, quotas }: Placement): Warning[] {
  const dcs = new Set(ring.members.map((member) => placeOf(member, replication).dc))
  const empty = [...dcs].filter((dc) => quotas.every((quota) => quota.dc !== dc)).sort()
  return empty.map((dc) => ({
    kind: 'no-copies',
    about: dc,
    says: `nodes of ${dc} hold nothing: the replication names no copies there`,
  }))
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}
