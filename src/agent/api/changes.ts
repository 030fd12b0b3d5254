/**
 * `POST /v1/changes`: an operator's wish as JSON becomes an intent, or with `dry` a preview of what
 * would come of it. Nodes are called by name, host id or address.
 */
import * as v from 'valibot'
import { parsedJson } from '../../base/json.js'
import type { Newcomer, Wish } from '../../cluster/intent.js'
import { keeping, keptIn } from '../../cluster/copy-fact.js'
import { loadsIn } from '../../cluster/load-fact.js'
import { outlook } from '../../cluster/outlook.js'
import { preview } from '../../cluster/preview.js'
import { FEATURES } from '../../cluster/plan/first.js'
import { memberOf, type RingRecord } from '../../cluster/record/record.js'
import type { GossipView, MemberView } from '../../gossip/view.js'
import { readReplication } from '../../ring/replication.js'
import { membersCalled } from './explain.js'
import { errorResponse } from './refusal.js'
import type { Sources } from './sources.js'

const copies = v.record(v.string(), v.union([v.number(), v.string()]))
const flag = v.optional(v.boolean(), false)

const asked = v.variant('kind', [
  v.object({ kind: v.literal('found') }),
  v.object({ kind: v.literal('leave'), node: v.optional(v.string()), force: flag, dry: flag }),
  v.object({
    kind: v.literal('remove'),
    nodes: v.pipe(v.array(v.string()), v.minLength(1)),
    acceptDataLoss: flag,
    dry: flag,
  }),
  v.object({
    kind: v.literal('replace'),
    node: v.string(),
    by: v.string(),
    acceptDataLoss: flag,
    dry: flag,
  }),
  v.object({
    kind: v.literal('rebalance'),
    bar: v.optional(v.pipe(v.number(), v.minValue(1.001), v.maxValue(10)), 1.05),
    dry: flag,
  }),
  v.object({ kind: v.literal('cancel'), id: v.string(), dry: flag }),
  v.object({
    kind: v.literal('create'),
    keyspace: v.pipe(v.string(), v.regex(/^\w{1,48}$/)),
    replication: copies,
    dry: flag,
  }),
  v.object({
    kind: v.literal('alter'),
    keyspace: v.string(),
    replication: copies,
    dry: flag,
  }),
  v.object({ kind: v.literal('drop'), keyspace: v.string(), dry: flag }),
  v.object({
    kind: v.literal('configure'),
    name: v.string(),
    value: v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String)),
    dry: flag,
  }),
  v.object({
    kind: v.literal('upgrade'),
    features: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), FEATURES),
    dry: flag,
  }),
])

type Asked = v.InferOutput<typeof asked>

export function serveChange(body: string, sources: Sources): Response {
  const read = v.safeParse(asked, parsedJson(body))
  if (!read.success) {
    const where = v.getDotPath(read.issues[0]) ?? 'the body'
    const message = `The change cannot be read (${where}: ${read.issues[0].message}).`
    return errorResponse(400, 'change.malformed', message, 'See docs/api.md for its shape.')
  }
  const change = read.output
  if (change.kind === 'found') return command(sources, { kind: 'found' })
  const record = sources.record()
  if (record === undefined) {
    const message = 'This agent belongs to no ring yet, so there is nothing to change.'
    return errorResponse(409, 'ring.none', message, 'Found one with `murmur cluster found`.')
  }
  const wish = wishOf(change, sources, record.record)
  if (wish instanceof Response) return wish
  const alive = aliveOf(wish, sources)
  if (alive !== undefined) return alive
  if (!change.dry) return command(sources, { kind: 'intend', wish })
  const view = sources.view()
  const seen = preview(record, wish, view.self)
  return Response.json({
    verdict: seen.kind,
    why: seen.why,
    next: seen.kind === 'refused' ? seen.next : null,
    plan: seen.kind === 'done' ? outlook(record.record, seen.record, loadsIn(view)) : null,
  })
}

/** Whom nobody suspects is not given up: the others would not agree to it either. */
function aliveOf(wish: Wish, sources: Sources): Response | undefined {
  if (wish.kind !== 'remove' && wish.kind !== 'replace') return undefined
  const hostIds: readonly string[] = wish.kind === 'remove' ? wish.hostIds : [wish.hostId]
  const { members } = sources.view()
  const found = members.find(
    ({ hostId, liveness }) => hostIds.includes(hostId) && liveness === 'up',
  )
  if (found === undefined) return undefined
  const message = `${found.name} is up: only the dead are removed or replaced.`
  const next =
    '`murmur decommission` there lets it leave with nothing lost; or stop it, and ask again once ' +
    'it is seen down.'
  return errorResponse(409, 'change.refused', message, next)
}

function command(sources: Sources, given: Parameters<Sources['command']>[0]): Response {
  const why = sources.command(given)
  if (why === undefined) return Response.json({ accepted: true }, { status: 202 })
  return errorResponse(409, 'change.refused', why.endsWith('.') ? why : `${why}.`, '')
}

function wishOf(
  change: Exclude<Asked, { kind: 'found' }>,
  sources: Sources,
  record: RingRecord,
): Wish | Response {
  switch (change.kind) {
    case 'leave': {
      const hostId = nodeCalled(change.node ?? sources.view().self, sources, record)
      if (hostId instanceof Response) return hostId
      return { kind: 'leave', hostId, force: change.force }
    }
    case 'remove': {
      const found = change.nodes.map((node) => nodeCalled(node, sources, record))
      const wrong = found.find((each) => each instanceof Response)
      if (wrong !== undefined) return wrong
      const hostIds = [...new Set(found.filter((each) => typeof each === 'string'))].sort()
      return { kind: 'remove', hostIds, loseData: change.acceptDataLoss }
    }
    case 'replace': {
      const hostId = nodeCalled(change.node, sources, record)
      if (hostId instanceof Response) return hostId
      const by = newcomerCalled(change.by, sources, record)
      if (by instanceof Response) return by
      return { kind: 'replace', hostId, by, loseData: change.acceptDataLoss }
    }
    case 'rebalance':
      return { kind: 'rebalance', bar: Math.round(change.bar * 1000) }
    case 'cancel':
      return { kind: 'cancel', move: change.id }
    case 'create':
    case 'alter':
      return keyspaceWish(change.kind, change.keyspace, change.replication)
    case 'drop':
      return { kind: 'drop', name: change.keyspace }
    case 'configure':
      return { kind: 'configure', name: change.name, value: change.value }
    case 'upgrade':
      return { kind: 'upgrade', features: change.features }
  }
}

function keyspaceWish(
  kind: 'create' | 'alter',
  name: string,
  given: Readonly<Record<string, unknown>>,
): Wish | Response {
  const simple = Object.hasOwn(given, 'replication_factor')
  const read = readReplication(simple ? 'SimpleStrategy' : 'NetworkTopologyStrategy', given)
  if (read.kind === 'replication') return { kind, name, replication: read.replication }
  const message = read.problems.map(({ option, says }) => `${option} ${says}`.trim()).join('; ')
  return errorResponse(400, 'change.malformed', `${message}.`, 'Give DC=COPIES, such as dc1=3.')
}

/** One that is here and no member yet. */
function newcomerCalled(called: string, sources: Sources, record: RingRecord): Newcomer | Response {
  const [found, ...more] = membersCalled(sources.view(), called)
  if (found === undefined || more.length > 0 || found.liveness === 'down') {
    const message = `No single node that is up is called ${called}.`
    const next = `Start one with murmur agent --replace, or ask /v1/status for the names.`
    return errorResponse(404, 'node.unknown', message, next)
  }
  if (memberOf(record, found.hostId) !== undefined) {
    const message = `${found.name} is a member of the ring already, with ranges of its own.`
    return errorResponse(409, 'change.refused', message, 'Name a new node.')
  }
  const unlike = unlikeText(found, sources.view(), record)
  if (unlike !== undefined)
    return errorResponse(
      409,
      'change.refused',
      unlike,
      'Start it anew as the members were started.',
    )
  const { hostId, name, address, dc, rack, tokenCount } = found
  // What it understands beyond that it says itself, once it is a member.
  const { features } = record
  return { hostId, name, address, dc, rack, tokens: tokenCount, features }
}

/** Who keeps other data than the members would be a replica of rows that it does not have. */
function unlikeText(
  { hostId, name }: MemberView,
  view: GossipView,
  { members }: RingRecord,
): string | undefined {
  const kept = keptIn(view)
  const own = kept.get(hostId) ?? ''
  const other = members.find((member) => (kept.get(member.hostId) ?? own) !== own)
  if (other === undefined) return undefined
  const theirs = keeping(kept.get(other.hostId) ?? '')
  return `${name} keeps ${keeping(own)} beside it, and ${other.name} ${theirs}.`
}

/** A member of the record: by what gossip calls it, or, dead for long, by what the record does. */
function nodeCalled(called: string, sources: Sources, record: RingRecord): string | Response {
  const found = membersCalled(sources.view(), called).filter(
    ({ hostId }) => memberOf(record, hostId) !== undefined,
  )
  const named = record.members.filter(({ name, hostId }) => name === called || hostId === called)
  const ids = [...new Set([...found, ...named].map(({ hostId }) => hostId))]
  const [only] = ids
  if (only !== undefined && ids.length === 1) return only
  const several = `${ids.length} members are called ${called}: ${ids.join(', ')}.`
  const message = only === undefined ? `No member of the ring is called ${called}.` : several
  const next = only === undefined ? 'Ask /v1/status for the names.' : 'Ask again by host id.'
  return errorResponse(404, only === undefined ? 'node.unknown' : 'node.ambiguous', message, next)
}
