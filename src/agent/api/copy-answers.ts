/** What a data plane beside this node has to copy and may delete, in the shape of the API. */
import type { CopyTask, Droppable, PendingCopy } from '../../cluster/ring-event.js'
import { nameIn } from '../../cluster/record/record.js'
import type { HostId } from '../../gossip/identity.js'
import type { Range } from '../../ring/range.js'
import { formatToken } from '../../ring/token.js'
import type { Sources } from './sources.js'

export function copyAnswer({ move, epoch, tasks }: PendingCopy, sources: Sources) {
  const peer = peersOf(sources)
  return {
    move,
    epoch,
    tasks: tasks.map(({ keyspace, range, source, others, quorums, share }: CopyTask) => ({
      keyspace,
      range: bounds(range),
      share,
      source: source === null ? null : peer(source),
      others: others.map(peer),
      quorums,
    })),
  }
}

export function dropAnswer({ epoch, spares, keyspaces }: Droppable, sources: Sources) {
  const peer = peersOf(sources)
  return {
    epoch,
    ranges: spares.map(({ keyspace, range, owners }) => ({
      keyspace,
      range: bounds(range),
      owners: owners.map(peer),
    })),
    keyspaces,
  }
}

/** (left, right], as decimal strings. */
function bounds({ left, right }: Range): readonly [string, string] {
  return [formatToken(left), formatToken(right)]
}

function peersOf(sources: Sources) {
  const members = new Map(sources.view().members.map((member) => [member.hostId, member]))
  const record = sources.record()?.record
  return (hostId: HostId) => {
    const member = members.get(hostId)
    const name = member?.name ?? (record === undefined ? hostId : nameIn(record, hostId))
    const address = member?.address ?? null
    return { name, hostId, address, liveness: member?.liveness ?? 'down' }
  }
}
