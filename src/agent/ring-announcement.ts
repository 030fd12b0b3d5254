/** Events of the ring as the outside sees them. */
import { assertNever } from '../base/assert.js'
import type { RingEvent, Spare } from '../cluster/ring-event.js'
import { formatRange } from '../ring/range.js'
import type { Saying } from './saying.js'

export function ringSaying(event: RingEvent): Saying {
  switch (event.kind) {
    case 'ring.founded':
      return say('info', event, { clusterId: event.clusterId, members: event.members })
    case 'ring.changed': {
      const { epoch, digest, why } = event
      return say('info', event, { epoch, digest, why })
    }
    case 'ring.proposed': {
      const { epoch, round, why } = event
      return say('debug', event, { epoch, round, why })
    }
    case 'ring.intended':
      return say('info', event, { intent: event.id, wish: event.wish })
    case 'ring.refused':
      return say('error', event, { wish: event.wish, reason: event.reason })
    case 'ring.lost':
      return say('debug', event, { epoch: event.epoch, reason: event.reason })
    case 'ring.frozen': {
      const { epoch, present, needed } = event
      return say('warn', event, { epoch, present, needed })
    }
    case 'ring.thawed':
    case 'ring.decommissioned':
      return say('info', event, { epoch: event.epoch })
    case 'ring.laggards':
      return say('warn', event, { epoch: event.epoch, hostIds: event.hostIds })
    case 'ring.copy':
    case 'ring.drop':
      return dataSaying(event)
    case 'ring.muted':
    case 'ring.outgrown':
      return silenceSaying(event)
    case 'ring.recalled':
      return say('debug', event, { oldest: event.oldest, records: event.records })
    case 'ring.conflict':
    case 'ring.doubted':
    case 'ring.foreign': {
      const { kind, ...told } = event
      return say(kind === 'ring.doubted' ? 'warn' : 'error', { kind }, told)
    }
    default:
      return assertNever(event)
  }
}

/** Why this node has no say any more. */
function silenceSaying(
  event: Extract<RingEvent, { kind: 'ring.muted' | 'ring.outgrown' }>,
): Saying {
  if (event.kind === 'ring.muted') return say('error', event, { reason: event.reason })
  const { epoch, features, understood } = event
  const reason = 'this murmur is too old for the ring: run a newer one here'
  return say('error', event, { epoch, features, understood, reason })
}

/** What becomes of the data beside this node. */
function dataSaying(event: Extract<RingEvent, { kind: 'ring.copy' | 'ring.drop' }>): Saying {
  const { epoch } = event
  if (event.kind === 'ring.copy')
    return say('info', event, { move: event.move, epoch, ranges: event.tasks.map(said) })
  return say('debug', event, {
    epoch,
    ranges: event.spares.map(said),
    keyspaces: event.keyspaces,
  })
}

function said({ keyspace, range }: Pick<Spare, 'keyspace' | 'range'>): string {
  return `${keyspace} ${formatRange(range)}`
}

function say(
  level: Saying['level'],
  event: { readonly kind: string },
  details: Saying['details'],
): Saying {
  return { level, event: event.kind, details }
}
