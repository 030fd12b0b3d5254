/** What a member has no part in: the ranges of each keyspace that others hold without it. */
import type { HostId } from '../../gossip/identity.js'
import { Placement } from '../../ring/placement.js'
import { sameToken } from '../../ring/token.js'
import { labelOf, type Keyspace, type RingRecord } from '../record/record.js'
import type { Spare } from '../ring-event.js'
import { ringOf } from './layout.js'

/** In order of keyspace and range; neighbours of the same owners are one. */
export function sparesOf(record: RingRecord, self: HostId): Spare[] {
  return record.keyspaces.flatMap((keyspace) => sparesIn(record, keyspace, self))
}

function sparesIn(record: RingRecord, keyspace: Keyspace, self: HostId): Spare[] {
  const placement = new Placement(ringOf(record), keyspace.replication)
  const label = labelOf(keyspace)
  const { ring } = placement
  const spares: Spare[] = []
  for (let i = 0; i < ring.size; i++) {
    const owners = placement.replicasAt(i).map(({ id }) => id)
    // A range that nobody holds is nobody's to give away.
    if (owners.length === 0 || owners.includes(self)) continue
    const left = ring.tokenAt((i + ring.size - 1) % ring.size)
    const range = { left, right: ring.tokenAt(i) }
    const last = spares.at(-1)
    const joins = last !== undefined && sameToken(last.range.right, left) && same(last, owners)
    if (joins) spares[spares.length - 1] = { ...last, range: { ...range, left: last.range.left } }
    else spares.push({ keyspace: label, range, owners })
  }
  return spares
}

function same({ owners }: Spare, others: readonly HostId[]): boolean {
  return owners.length === others.length && owners.every((id) => others.includes(id))
}
