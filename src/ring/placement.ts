/**
 * The replicas of every range: a ring under a replication. One walk clockwise from the token serves
 * both strategies, for SimpleStrategy is one datacenter with one rack. Cassandra's rule for racks,
 * kept to the letter: a node of a new rack is taken, a node of a rack already met only while RF
 * exceeds the number of racks and repeats are left. Source:
 * org.apache.cassandra.locator.NetworkTopologyStrategy.DatacenterEndpoints, SimpleStrategy.
 */
import { assert, at, known } from '../base/assert.js'
import type { Member } from './member.js'
import type { Factor, Replication } from './replication.js'
import { MOST_MEMBERS, type Ring } from './ring.js'
import type { Token } from './token.js'

/** What one datacenter asks for. */
export interface Quota {
  readonly dc: string
  readonly factor: Factor
  /** Replicas of each range there: RF, or all nodes when they are fewer. */
  readonly replicas: number
  /** Nodes that may be taken from a rack already met; negative when racks abound. */
  readonly repeats: number
}

export class Placement {
  readonly ring: Ring
  readonly replication: Replication
  /** Datacenters with replicas, by name, at most all; SimpleStrategy is one without a name. */
  readonly quotas: readonly Quota[]
  /** Replicas of every range, over all datacenters. */
  readonly width: number
  /** Per member: the index of its quota, or NOWHERE. */
  private readonly quotaOf: Uint16Array
  /** Per member: the index of its rack among all racks. */
  private readonly rackOf: Uint32Array
  /**
   * Scratch of the walk, per member and per rack: the number of the walk that last took from it.
   */
  private readonly takenIn: Float64Array
  private readonly metIn: Float64Array
  /** Scratch of the walk, per quota: replicas and repeats still to take. */
  private readonly missing: Int32Array
  private readonly spare: Int32Array
  private walk = 0
  /**
   * The replicas of the ranges asked for so far, as in `table`; made when first asked, size * width
   * entries.
   */
  private answered: Uint16Array | undefined

  constructor(ring: Ring, replication: Replication) {
    this.ring = ring
    this.replication = replication
    const layout = layOut(ring, replication)
    this.quotas = layout.quotas
    this.quotaOf = layout.quotaOf
    this.rackOf = layout.rackOf
    this.width = this.quotas.reduce((sum, quota) => sum + quota.replicas, 0)
    this.takenIn = new Float64Array(ring.members.length)
    this.metIn = new Float64Array(layout.racks)
    this.missing = new Int32Array(this.quotas.length)
    this.spare = new Int32Array(this.quotas.length)
  }

  /** The replicas of a key, in Cassandra's order: the primary first. None on an empty ring. */
  replicasOfKey(key: Uint8Array | string): Member[] {
    return this.replicasAt(this.ring.findKey(key))
  }

  replicasOf(token: Token): Member[] {
    return this.replicasAt(this.ring.find(token))
  }

  /** The replicas of the range that ends at the token of this position. */
  replicasAt(position: number): Member[] {
    const { width, ring } = this
    const all = (this.answered ??= new Uint16Array(ring.size * width).fill(UNKNOWN))
    const from = position * width
    if (all[from] === UNKNOWN) this.replicasInto(all, position, from)
    const members = new Array<Member>(width)
    for (let i = 0; i < width; i++) members[i] = at(ring.members, all[from + i] ?? UNKNOWN)
    return members
  }

  // ANCHOR: walk
  /** Writes the indices of the `width` replicas into `out`, and allocates nothing. */
  replicasInto(out: Uint16Array, position: number, offset = 0): void {
    const { owners } = this.ring.tokens
    const walk = ++this.walk
    for (let i = 0; i < this.quotas.length; i++) {
      const quota = at(this.quotas, i)
      this.missing[i] = quota.replicas
      this.spare[i] = quota.repeats
    }
    let count = 0
    for (let i = position; count < this.width; i++) {
      if (i === owners.length) i = 0
      const member = owners[i] ?? 0
      if (this.takenIn[member] !== walk && this.take(member, walk)) out[offset + count++] = member
    }
  }
  // ANCHOR_END: walk

  /** The replicas of every range, `width` indices a position, in token order. */
  table(): Uint16Array {
    const { size } = this.ring
    const all = new Uint16Array(size * this.width)
    for (let i = 0; i < size; i++) this.replicasInto(all, i, i * this.width)
    return all
  }

  private take(member: number, walk: number): boolean {
    const quota = this.quotaOf[member] ?? NOWHERE
    const missing = quota === NOWHERE ? 0 : (this.missing[quota] ?? 0)
    if (missing === 0) return false
    const rack = this.rackOf[member] ?? 0
    if (this.metIn[rack] === walk) {
      const spare = this.spare[quota] ?? 0
      if (spare <= 0) return false
      this.spare[quota] = spare - 1
    } else this.metIn[rack] = walk
    this.takenIn[member] = walk
    this.missing[quota] = missing - 1
    return true
  }
}

const NOWHERE = 65535
/** No index of a member. */
const UNKNOWN = MOST_MEMBERS

/**
 * Which of these replicas, in their order, are transient: the last ones of each datacenter that has
 * such.
 */
export function transientOf(placement: Placement, replicas: readonly Member[]): Member[] {
  const simple = placement.replication.kind === 'simple'
  return placement.quotas.flatMap(({ dc, factor, replicas: count }) => {
    const here = replicas.filter((member) => simple || member.dc === dc)
    const lacking = factor.all - count
    return here.slice(here.length - Math.max(factor.transient - lacking, 0))
  })
}

interface Layout {
  readonly quotas: readonly Quota[]
  readonly quotaOf: Uint16Array
  readonly rackOf: Uint32Array
  readonly racks: number
}

/** Members without tokens stand nowhere: they count neither as nodes nor as racks. */
function layOut(ring: Ring, replication: Replication): Layout {
  const present = new Uint8Array(ring.members.length)
  const { owners } = ring.tokens
  for (let i = owners.length; i-- > 0;) present[owners[i] ?? 0] = 1
  const nodes = new Map<string, number>()
  const racksOf = new Map<string, Map<string, number>>()
  const rackOf = new Uint32Array(ring.members.length)
  let racks = 0
  const places = ring.members.map((member) => placeOf(member, replication))
  places.forEach(({ dc, rack }, i) => {
    if (present[i] === 0) return
    nodes.set(dc, (nodes.get(dc) ?? 0) + 1)
    const here = racksOf.get(dc) ?? new Map<string, number>()
    racksOf.set(dc, here)
    if (!here.has(rack)) here.set(rack, racks++)
    rackOf[i] = known(here.get(rack), 'a rack just numbered')
  })
  const quotas = quotasOf(replication, nodes, racksOf)
  const index = new Map(quotas.map((quota, i) => [quota.dc, i]))
  const quotaOf = Uint16Array.from(places, ({ dc }) => index.get(dc) ?? NOWHERE)
  return { quotas, quotaOf, rackOf, racks }
}

/** Where a member counts: SimpleStrategy sees neither datacenters nor racks. */
export function placeOf(member: Member, { kind }: Replication): { dc: string; rack: string } {
  return kind === 'simple' ? { dc: '', rack: '' } : { dc: member.dc, rack: member.rack }
}

function quotasOf(
  replication: Replication,
  nodes: ReadonlyMap<string, number>,
  racksOf: ReadonlyMap<string, ReadonlyMap<string, number>>,
): Quota[] {
  const factors =
    replication.kind === 'simple' ? [['', replication.factor] as const] : [...replication.factors]
  const quotas = factors.map(([dc, factor]) => ({
    dc,
    factor,
    replicas: Math.min(factor.all, nodes.get(dc) ?? 0),
    repeats: factor.all - (racksOf.get(dc)?.size ?? 0),
  }))
  assert(quotas.length < NOWHERE, `${quotas.length} datacenters`)
  return quotas.filter((quota) => quota.replicas > 0).sort((a, b) => (a.dc < b.dc ? -1 : 1))
}
