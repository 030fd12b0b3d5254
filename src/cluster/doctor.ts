/** One page of what blocks or endangers the ring, each with what to do about it. */
import type { GossipView, MemberView } from '../gossip/view.js'
import { copiesIn, keeping, keptIn } from './copy-fact.js'
import { dataDangers } from './data-dangers.js'
import type { Finding } from './finding.js'
import { describe } from './plan/begin.js'
import type { Sealed } from './record/record-bytes.js'
import { bannedIn, majority, memberOf, nameIn, votersOf, type RingRecord } from './record/record.js'
import type { RingView } from './ring-view.js'

/** @param now epoch milliseconds */
export function diagnose(view: GossipView, ring: RingView, now: number): Finding[] {
  const { current } = ring
  if (current === null) return [...turnedAway(view), ...withoutRing(view, ring)]
  // A member that was not met since this agent started is not there either.
  const seen = new Map(view.members.map(({ hostId, liveness }) => [hostId, liveness]))
  const down = new Set(
    current.record.members
      .map(({ hostId }) => hostId)
      .filter((hostId) => (seen.get(hostId) ?? 'down') === 'down'),
  )
  return [
    ...turnedAway(view),
    ...tooOld(ring),
    ...foreign(view, ring),
    ...votes(current.record, ring, down),
    ...dataDangers(current.record, down, view, now),
    ...dead(current.record, down),
    ...behind(current, ring),
    ...doubted(view, ring),
    ...names(current.record),
    ...held(current.record, ring),
    ...stuck(view),
    ...mixed(view, current.record, down),
    ...strangers(view, current.record, keptIn(view)),
  ]
}

/** Seeds that answered, and belong elsewhere. */
function turnedAway({ cluster, seeds }: GossipView): Finding[] {
  return seeds
    .filter(({ state }) => state === 'foreign')
    .map(({ address }) => ({
      grave: true,
      what: `the seed ${address} belongs to another cluster, this agent to ${cluster}`,
      next: 'Give this agent seeds of its own cluster, or start it with the --cluster of the seed.',
    }))
}

/** The others go on without this node. */
function tooOld({ current, outgrown }: RingView): Finding[] {
  if (outgrown === null) return []
  const { epoch, features, understood } = outgrown
  const stays =
    current === null
      ? 'it cannot join'
      : `it stays at epoch ${current.record.epoch} and answers nothing`
  const what =
    `the ring uses features up to ${features} (epoch ${epoch}), the murmur of this node ` +
    `understands ${understood}: ${stays}`
  return [{ grave: true, what, next: 'Stop this agent and start it with a newer murmur.' }]
}

function withoutRing(view: GossipView, ring: RingView): Finding[] {
  if (ring.outgrown !== null) return tooOld(ring)
  const clusters = new Set(ring.peers.map(({ clusterId }) => short(clusterId)))
  for (const { id } of ring.foreigners) clusters.add(short(id))
  if (clusters.size > 1) {
    const ids = [...clusters].join(', ')
    const what = `two rings of the name ${view.cluster} are within reach: ${ids}`
    return [{ grave: true, what, next: 'Give this agent seeds of one of them alone.' }]
  }
  if (ring.pledged !== '') {
    const what = `this node has pledged the founding ${short(ring.pledged)}, which waits for others`
    return [{ grave: false, what, next: 'Start all nodes that were to found the ring together.' }]
  }
  const what = 'there is no ring: only gossip runs'
  return [
    { grave: false, what, next: 'Start agents with --expect N, or run murmur cluster found.' },
  ]
}

function foreign(view: GossipView, ring: RingView): Finding[] {
  const name = (hostId: string): string =>
    view.members.find((member) => member.hostId === hostId)?.name ?? hostId
  const said = ring.peers.filter(({ clusterId }) => clusterId !== ring.clusterId)
  const found = [
    ...said.map(({ hostId, clusterId }) => ({ from: name(hostId), id: short(clusterId) })),
    ...ring.foreigners.map(({ id, from }) => ({ from: name(from), id: short(id) })),
  ]
  return found.map(({ from, id }) => ({
    grave: true,
    what: `${from} is of the ring ${id}, this is ${short(ring.clusterId)}`,
    next:
      'They never merge. Give one of the two another --cluster name; a node that was given up ' +
      'at a recovery joins as a new one once its data directory is moved away.',
  }))
}

function votes(record: RingRecord, ring: RingView, down: ReadonlySet<string>): Finding[] {
  const voters = votersOf(record)
  const mute = ring.peers.filter(({ votes: says }) => !says).map(({ hostId }) => hostId)
  const able = voters.filter(({ hostId }) => !down.has(hostId) && !mute.includes(hostId))
  const needed = majority(voters.length)
  const silent = voters.filter(({ hostId }) => mute.includes(hostId))
  const found = silent.map(({ name, hostId }) => ({
    grave: true,
    what: `${name} does not vote: its disk failed, or is an old copy`,
    next: `Mend its disk, or stop it and start a new agent with --replace ${hostId}.`,
  }))
  const frozen = able.length < needed
  if (able.length > needed || (!frozen && voters.length < 3)) return found
  const there = `${able.length} of ${voters.length} voters are there, ${needed} are needed`
  const what = frozen ? `ring frozen at epoch ${record.epoch}: ${there}` : there
  const next = frozen
    ? 'Bring nodes back; if they are lost for good: murmur cluster recover --help.'
    : 'Bring nodes back: if one more fails, the ring cannot change.'
  return [...found, { grave: frozen, what, next }]
}

function dead(record: RingRecord, down: ReadonlySet<string>): Finding[] {
  return record.members
    .filter(({ hostId }) => down.has(hostId))
    .map(({ name, hostId }) => ({
      grave: false,
      what: `${name} is down`,
      next:
        `Start it again, run murmur remove ${name}, or start a new agent with ` +
        `--replace ${hostId}.`,
    }))
}

/** Nodes that are there and hold another record than we do. */
function behind({ record, digest }: Sealed, ring: RingView): Finding[] {
  return ring.peers
    .filter((peer) => peer.present && peer.clusterId === ring.clusterId && peer.digest !== digest)
    .filter(({ epoch }) => epoch < record.epoch)
    .map(({ hostId, epoch }) => ({
      grave: false,
      what: `${nameIn(record, hostId)} holds epoch ${epoch}, the ring is at ${record.epoch}`,
      next: 'It catches up by itself; if it does not, its disk hangs or it cannot reach others.',
    }))
}

/** Records that somebody shows and others do not confirm. */
function doubted(view: GossipView, { doubts }: RingView): Finding[] {
  return doubts.map(({ epoch, digest, by, confirmed, needed }) => {
    const name = view.members.find(({ hostId }) => hostId === by)?.name ?? by
    return {
      grave: true,
      what:
        `${name} shows epoch ${epoch} (${short(digest)}), which does not follow from the record ` +
        `here; ${confirmed} of its voters confirm it, ${needed} are needed: it is not believed`,
      next:
        `If the voters of epoch ${epoch} are down, bring them back. If they hold another record, ` +
        `${name} has an old or a foreign disk: stop it, and start it with an empty data directory.`,
    }
  })
}

/** Two members of one name: commands by that name ask for the host id. */
function names({ members }: RingRecord): Finding[] {
  const byName = new Map<string, string[]>()
  for (const { name, hostId } of members) byName.set(name, [...(byName.get(name) ?? []), hostId])
  return [...byName]
    .filter(([, hostIds]) => hostIds.length > 1)
    .map(([name, hostIds]) => ({
      grave: false,
      what: `${hostIds.length} members are called ${name}: ${hostIds.join(', ')}`,
      next: 'Commands need the host id; give each its own --name at its next start.',
    }))
}

function held(record: RingRecord, ring: RingView): Finding[] {
  return ring.holds.map(({ id, why }) => {
    const move = record.moves.find((other) => other.id === id)
    const what =
      move === undefined ? `the intent ${id}` : `the movement ${id} (${describe(record, move)})`
    const next =
      move === undefined
        ? 'It goes on by itself.'
        : `It goes on by itself; to undo it: murmur cancel ${id}.`
    return { grave: false, what: `${what}: ${why}`, next }
  })
}

/** Copies that do not go on, in the words of the node that waits. */
function stuck(view: GossipView): Finding[] {
  return copiesIn(view).flatMap(({ name, move, waitsFor }) =>
    waitsFor.map((why) => ({
      grave: /no room|damaged/.test(why),
      what: `${name} copies for the movement ${move} and waits: ${why}`,
      next:
        (why.includes('no room') ? 'Free some room on its disk: it then goes on' : 'It goes on') +
        ` by itself; to give the movement up: murmur cancel ${move}.`,
    })),
  )
}

/** A member that keeps nothing has no row: it answers nothing, and movements wait for it. */
function mixed(view: GossipView, record: RingRecord, down: ReadonlySet<string>): Finding[] {
  const kept = keptIn(view)
  const members = record.members.filter(({ hostId }) => kept.has(hostId) && !down.has(hostId))
  const kinds = new Set(members.map(({ hostId }) => kept.get(hostId)))
  if (kinds.size < 2) return []
  const said = members.map(({ name, hostId }) => `${name} ${keeping(kept.get(hostId) ?? '')}`)
  const what = `the members keep different data beside them: ${said.join(', ')}`
  const next = 'Start all agents of the ring with --kv, all with --own-data, or none with either.'
  return [{ grave: true, what, next }]
}

function strangers(
  view: GossipView,
  record: RingRecord,
  kept: ReadonlyMap<string, string>,
): Finding[] {
  const members = new Set(record.members.flatMap(({ hostId }) => kept.get(hostId) ?? []))
  const nextFor = ({ hostId, liveness }: MemberView): string => {
    const banned = bannedIn(record, hostId)
    if (banned !== undefined)
      return (
        `It ${banned.as === 'left' ? 'left' : `was ${banned.as}`} at epoch ${banned.epoch}, and ` +
        'its host id is banned for good: stop it, and start it with an empty data directory; it ' +
        'joins as a new node.'
      )
    if (liveness === 'down')
      return 'It joins once it is started again; nothing of the ring is on it.'
    return members.has(kept.get(hostId) ?? '')
      ? 'It joins by itself; if it does not, its log says why.'
      : 'It keeps other data than the members: start it anew as they were started.'
  }
  return view.members
    .filter(({ gone, hostId }) => gone === null && memberOf(record, hostId) === undefined)
    .map((member) => ({
      grave: false,
      what: `${member.name} is ${member.liveness === 'down' ? 'down' : 'here'} and not in the ring`,
      next: nextFor(member),
    }))
}

function short(digest: string): string {
  return digest.slice(0, 12)
}
