/** One page of what blocks or endangers the ring, each with what to do about it. */
import type { GossipView } from '../gossip/view.js'
import { copiesIn } from './copy-fact.js'
import { Placement } from '../ring/placement.js'
import { describe } from './plan/begin.js'
import { ringOf } from './plan/layout.js'
import { majority, memberOf, votersOf, type RingRecord } from './record/record.js'
import type { RingView } from './ring-view.js'

export interface Finding {
  readonly grave: boolean
  readonly what: string
  readonly next: string
}

export function diagnose(view: GossipView, ring: RingView): Finding[] {
  const { current } = ring
  if (current === null) return withoutRing(view, ring)
  const down = new Set(
    view.members.filter(({ liveness }) => liveness === 'down').map(({ hostId }) => hostId),
  )
  return [
    ...foreign(view, ring),
    ...votes(current.record, ring, down),
    ...copies(current.record, down),
    ...dead(current.record, down),
    ...held(current.record, ring),
    ...stuck(view),
    ...strangers(view, current.record),
  ]
}

function withoutRing(view: GossipView, ring: RingView): Finding[] {
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
  if (able.length >= needed + 1 || voters.length < 3) return found
  const what = `${able.length} of ${voters.length} voters are there, ${needed} are needed`
  const frozen = able.length < needed
  const next = 'Bring nodes back; without a majority the ring cannot change.'
  return [...found, { grave: frozen, what, next }]
}

/** Ranges that have lost copies for as long as nodes are down. */
function copies(record: RingRecord, down: ReadonlySet<string>): Finding[] {
  return record.keyspaces.flatMap(({ name, replication }) => {
    const placement = new Placement(ringOf(record), replication)
    let [thin, lost] = [0, 0]
    for (let i = 0; i < placement.ring.size; i++) {
      const replicas = placement.replicasAt(i)
      const up = replicas.filter(({ id }) => !down.has(id)).length
      if (up < replicas.length) thin++
      if (up < majority(replicas.length)) lost++
    }
    if (thin === 0) return []
    const ranges = `${thin} of ${placement.ring.size} ranges miss a copy`
    const what = `keyspace ${name}: ${ranges}, ${lost} have no majority`
    return [{ grave: lost > 0, what, next: 'Bring the nodes that are down back, or remove them.' }]
  })
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
      next: `It goes on by itself; to give the movement up: murmur cancel ${move}.`,
    })),
  )
}

function strangers(view: GossipView, record: RingRecord): Finding[] {
  return view.members
    .filter(({ gone, hostId }) => gone === null && memberOf(record, hostId) === undefined)
    .map(({ name }) => ({
      grave: false,
      what: `${name} is here and not in the ring`,
      next: 'It joins by itself; if it does not, its log says why.',
    }))
}

function short(digest: string): string {
  return digest.slice(0, 12)
}
