/** Makes the frozen view of what a node believes, on request. */
import type { Millis } from '../base/machine.js'
import type { GossipView, Liveness, MemberView } from './view.js'
import type { Parts } from './parts.js'
import { SELF, type Members, type Row } from './members.js'
import { isGone, type Standing } from './precedence.js'

/**
 * Observers are computed by a pass over all members each: beyond so many members they are left out
 * of views.
 */
const OBSERVERS_UP_TO = 64

export function viewOf(parts: Parts, cluster: string, now: Millis): GossipView {
  const { members, life, sync, health, seeds, counters } = parts
  const views: MemberView[] = []
  for (let row = SELF; row < members.end; row++) {
    if (members.has(row)) views.push(memberView(parts, row, now))
  }
  views.sort((a, b) => (a.hostId < b.hostId ? -1 : 1))
  return {
    cluster,
    self: members.identity(SELF).hostId,
    started: life.phase === 'running' || life.phase === 'ending',
    members: views,
    digest: members.digest,
    differing: sync.differingNow().map((row) => members.identity(row).hostId),
    health: health.score,
    seeds: seeds.views(),
    counters: counters.snapshot(),
  }
}

function memberView(parts: Parts, row: Row, now: Millis): MemberView {
  const { members, edges, trips, wall } = parts
  const { identity, standing, incarnation } = members.member(row)
  return {
    hostId: identity.hostId,
    name: identity.name,
    address: identity.address,
    dc: identity.dc,
    rack: identity.rack,
    liveness: livenessOf(standing),
    gone: isGone(standing) ? standing : null,
    generation: identity.generation,
    incarnation,
    tokenCount: identity.tokenCount,
    phi: edges.of(row)?.phi(now) ?? null,
    rtt: trips.of(row),
    since: wall.at(members.since(row)),
    version: members.version(row),
    facts: members
      .facts(row)
      .flatMap(({ key, version, value }) => (value === null ? [] : [{ key, version, value }])),
    observers: observers(members, parts, row),
    self: row === SELF,
  }
}

function observers(members: Members, parts: Parts, row: Row): string[] {
  if (members.size > OBSERVERS_UP_TO || !members.isPresent(row)) return []
  return parts.edges.observersOf(row).map((other) => members.identity(other).hostId)
}

function livenessOf(standing: Standing): Liveness {
  switch (standing) {
    case 'alive':
      return 'up'
    case 'suspect':
      return 'suspect'
    case 'down':
    case 'left':
    case 'removed':
    case 'replaced':
      return 'down'
  }
}
