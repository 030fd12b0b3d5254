/**
 * Events as the outside sees them: one flat object each, the subject first, then the speaker. Logs,
 * the event stream and embedding programs all get this shape; what a node event becomes is decided
 * here and nowhere else.
 */
import { ringSaying } from './ring-announcement.js'
import type { Announcement, Detail, Details, Level, Saying } from './saying.js'
import type { NodeEvent } from '../cluster/node.js'
import type { Accuser } from '../gossip/event.js'
import type { Identity } from '../gossip/identity.js'

export function sayingOf(event: NodeEvent): Saying {
  switch (event.kind) {
    case 'gossip.started':
    case 'self.reborn':
      return say('info', event.kind, { generation: event.self.generation }, event.self)
    case 'member.up':
    case 'member.refuted':
      return member('info', event, { incarnation: event.incarnation })
    case 'member.suspect':
      return member('info', event, { by: accuser(event.by) })
    case 'member.down':
      return member('warn', event, { by: event.by.map(accuser) })
    case 'member.left':
      return member('info', event, {})
    case 'member.removed':
      return member('warn', event, { as: event.as })
    case 'member.facts':
      return member('debug', event, { keys: event.keys })
    case 'view.changed': {
      const { size, joined, gone } = event
      return say('info', event.kind, { size, joined, gone })
    }
    case 'cut.detected': {
      const members = event.members.map(({ name, hostId, generation }) => ({
        name,
        hostId,
        generation,
      }))
      return say('warn', event.kind, { cut: event.id, members })
    }
    default:
      return sayingOfSelf(event)
  }
}

/** What is neither of a member nor of oneself is of the ring. */
type OfSelf = Exclude<
  NodeEvent,
  { kind: `member.${string}` | 'gossip.started' | 'self.reborn' | 'view.changed' | 'cut.detected' }
>

function sayingOfSelf(event: OfSelf): Saying {
  switch (event.kind) {
    case 'name.conflict':
      return say('warn', event.kind, { name: event.name, hostIds: event.hostIds })
    case 'address.conflict':
      return say('warn', event.kind, { address: event.address, hostIds: event.hostIds })
    case 'identity.conflict':
      return say('error', event.kind, { address: event.address, generation: event.generation })
    case 'self.banned':
      return say('error', event.kind, { as: event.as })
    case 'self.left':
      return say('info', event.kind, { drained: event.drained })
    case 'seed.joined':
      return say('info', event.kind, { address: event.address }, event.member)
    case 'seed.silent':
      return say('warn', event.kind, { address: event.address, tries: event.tries })
    case 'cluster.foreign': {
      const { address, cluster, id, own, ownId } = event
      return say('warn', event.kind, { address, cluster, clusterId: id, own, ownId })
    }
    case 'health.changed':
      return say('info', event.kind, { score: event.score })
    case 'node.stalled':
      return say('warn', event.kind, { millis: Math.round(event.millis) })
    case 'store.failed':
      return say('error', event.kind, { key: event.key })
    case 'command.refused':
      return say('info', event.kind, { command: event.command, reason: event.reason })
    default:
      return ringSaying(event)
  }
}

function say(level: Level, event: string, details: Details, about?: Identity): Saying {
  return about === undefined ? { level, event, details } : { level, event, about, details }
}

function member(
  level: Level,
  event: { readonly kind: string; readonly member: Identity },
  details: Details,
): Saying {
  const { address, generation } = event.member
  return say(level, event.kind, { address, generation, ...details }, event.member)
}

function accuser({ name, hostId, phi }: Accuser): Details {
  return { name, hostId, phi }
}

/** The flat shape of a line of JSON. */
export function flat(said: Announcement): Readonly<Record<string, Detail>> {
  const { time, level, event, node, hostId, agent, id } = said
  return { time, level, event, node, hostId, agent, ...said.details, id }
}
