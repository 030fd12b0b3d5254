/**
 * The shape of a file with a scenario of ring changes, as the swarm writes them when it has made a
 * failure small, field by field. It is told from other scenarios by its `founders`.
 */
import * as v from 'valibot'
import { faults, KINDS, links, listed, name, names, span, whole } from './scenario-shape.js'

const yes = v.boolean('must be true or false')
const copies = whole(1, 16)

const requests = [
  v.strictObject({ kind: v.literal('create'), keyspace: name, copies }),
  v.strictObject({ kind: v.literal('drop keyspace'), keyspace: name }),
  v.strictObject({ kind: v.literal('alter'), copies }),
  v.strictObject({ kind: v.literal('decommission'), node: name, force: v.optional(yes, false) }),
  v.strictObject({ kind: v.literal('remove'), node: name, loseData: v.optional(yes, false) }),
  v.strictObject({ kind: v.literal('rebalance') }),
  v.strictObject({ kind: v.literal('cancel') }),
] as const

const REQUESTS = requests.map(({ entries: { kind } }) => kind.literal)

const on = v.picklist(['proposed', 'changed', 'copy'], 'must be proposed, changed or copy')
const what = v.picklist(
  ['crash', 'stall', 'cut off', 'late', 'slow disk'],
  'must be crash, stall, cut off, late or slow disk',
)
/** Whom a trap is about besides; most are about none. */
const others = v.array(name, 'must be a list of names')
const request = v.variant('kind', requests, `must have a kind: ${REQUESTS.join(', ')}`)

const own = [
  v.strictObject({ kind: v.literal('ask'), by: name, request }),
  v.strictObject({ kind: v.literal('ambush'), nodes: names, by: name }),
  v.strictObject({
    kind: v.literal('trap'),
    on,
    wait: span,
    what,
    span,
    to: v.optional(others, []),
  }),
  v.strictObject({ kind: v.literal('replace'), node: name, by: name }),
] as const

/** All that a step may be, for whoever mistypes it. */
export const ACTS: readonly string[] = [...KINDS, ...own.map(({ entries }) => entries.kind.literal)]

export const ringShape = v.strictObject({
  name: v.optional(name),
  /** The first of the nodes, so many. */
  founders: whole(1, 64),
  nodes: listed,
  links: v.optional(links, []),
  tokens: whole(1, 1024),
  copies,
  load: v.strictObject({ clients: whole(0, 1000), keys: whole(1, 10_000), pause: span }),
  /** Longest that a disk takes for a row, and for what a node must not forget. */
  disk: v.optional(span, 0),
  writes: v.optional(span, 0),
  steps: v.optional(
    v.array(
      v.strictObject({ at: span, act: v.variant('kind', [...faults, ...own]) }),
      'must be a list of steps',
    ),
    [],
  ),
  trouble: span,
})

export type RingShape = v.InferOutput<typeof ringShape>
