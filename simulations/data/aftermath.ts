/**
 * What a careful operator does after the trouble: stops nodes whose disks are old copies, cancels
 * movements towards nodes that are gone for good, removes those. And whether that can help at all:
 * where a majority of the voters or of some range is gone, the ring stays as it is.
 */
import type { HostId } from '../../src/gossip/identity.js'
import { footprintOf } from '../../src/cluster/plan/footprint.js'
import { replicationsOf, ringOf } from '../../src/cluster/plan/layout.js'
import { majority, votersOf, type RingRecord } from '../../src/cluster/record/record.js'
import { Placement, placeOf } from '../../src/ring/placement.js'
import type { VirtualHost } from '../host.js'
import type { World } from '../world.js'

/** Whether a node with this id is there for good: it runs, and has not forgotten the ring. */
type Stays = (hostId: HostId) => boolean

export function tidyUp(world: World, record: RingRecord): void {
  for (const host of world.live) if (isMuted(host)) world.crash(host)
  const stays = staying(world)
  const asked = world.live.find(({ node }) => node?.record?.record.epoch === record.epoch)
  if (asked === undefined) return
  for (const move of record.moves) {
    const vain = footprintOf(record, move).targets.some((hostId) => !stays(hostId))
    if (vain) world.tell(asked, { kind: 'intend', wish: { kind: 'cancel', move: move.id } })
  }
  for (const { hostId, state } of record.members) {
    if (stays(hostId) || state === 'joining') continue
    const wish = { kind: 'remove', hostIds: [hostId], loseData: false } as const
    world.tell(asked, { kind: 'intend', wish })
  }
}

/** Whether a majority of the voters, and of each range in each datacenter, stays. */
export function isSalvageable(world: World, record: RingRecord): boolean {
  const stays = staying(world)
  return groupsOf(record).every((group) => group.filter(stays).length >= majority(group.length))
}

function groupsOf(record: RingRecord): (readonly HostId[])[] {
  const groups: (readonly HostId[])[] = [votersOf(record).map(({ hostId }) => hostId)]
  for (const move of record.moves) {
    const { olds, news } = footprintOf(record, move)
    groups.push(...olds, ...news)
  }
  const ring = ringOf(record)
  for (const replication of replicationsOf(record)) {
    const placement = new Placement(ring, replication)
    for (let i = 0; i < ring.size; i++) {
      const byPlace = new Map<string, HostId[]>()
      for (const member of placement.replicasAt(i)) {
        const { dc } = placeOf(member, replication)
        byPlace.set(dc, [...(byPlace.get(dc) ?? []), member.id])
      }
      groups.push(...byPlace.values())
    }
  }
  return groups
}

function staying(world: World): Stays {
  const ids = new Set(
    world.live
      .filter((host) => host.node?.record !== undefined && !isMuted(host))
      .map(({ hostId }) => hostId),
  )
  return (hostId) => ids.has(hostId)
}

function isMuted({ node }: VirtualHost): boolean {
  return node !== undefined && !node.ringView().votes
}
