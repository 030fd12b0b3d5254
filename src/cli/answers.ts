/**
 * The shapes of an agent's answers, checked where they come in. Fields that are not known here pass
 * unread.
 */
import * as v from 'valibot'

const liveness = v.picklist(['up', 'suspect', 'down'])
const state = v.picklist(['normal', 'joining', 'leaving', 'moving', 'left'])
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

const node = v.looseObject({
  hostId: v.string(),
  name: v.string(),
  address: v.string(),
  dc: v.string(),
  rack: v.string(),
  liveness,
  state,
  generation: count,
  incarnation: count,
  phi: v.nullable(v.number()),
  load: v.nullable(v.number()),
  tokens: count,
  owns: v.nullable(v.number()),
})

const waiting = v.array(v.looseObject({ name: v.string(), hostId: v.string(), for: v.string() }))

const status = v.looseObject({
  cluster: v.string(),
  clusterId: v.nullable(v.string()),
  epoch: v.nullable(v.number()),
  digest: v.nullable(v.string()),
  settled: v.boolean(),
  waitingFor: waiting,
  nodes: v.array(node),
})

const ring = v.looseObject({
  cluster: v.string(),
  clusterId: v.nullable(v.string()),
  epoch: v.nullable(v.number()),
  digest: v.nullable(v.string()),
  keyspace: v.nullable(v.string()),
  replication: v.nullable(v.string()),
  waitingFor: waiting,
  nodes: v.array(v.looseObject({ ...node.entries, tokens: v.array(v.string()) })),
  clashes: v.array(v.looseObject({ token: v.string(), winner: v.string(), loser: v.string() })),
})

const endpoints = v.looseObject({
  keyspace: v.string(),
  replication: v.string(),
  replicationFrom: v.string(),
  token: v.string(),
  waitingFor: waiting,
  endpoints: v.array(
    v.pick(node, ['hostId', 'name', 'address', 'dc', 'rack', 'liveness', 'state']),
  ),
})

/** Epoch milliseconds, however the time was written. */
const time = v.pipe(
  v.union([v.number(), v.string()]),
  v.transform((given) => (typeof given === 'number' ? given : Date.parse(given))),
  v.number('is no time'),
)

const evidence = v.looseObject({
  time,
  kind: v.string(),
  by: v.nullable(v.string()),
  phi: v.nullable(v.number()),
  detail: v.string(),
})

const explanation = v.looseObject({
  node: v.string(),
  hostId: v.string(),
  verdict: v.string(),
  since: v.nullable(time),
  evidence: v.array(evidence),
})

const info = v.looseObject({
  hostId: v.string(),
  name: v.string(),
  cluster: v.string(),
  address: v.string(),
  dc: v.string(),
  rack: v.string(),
  generation: count,
  incarnation: count,
  tokens: count,
  gossipActive: v.boolean(),
  uptime: v.number(),
  rss: v.number(),
  heapUsed: v.number(),
  heapTotal: v.number(),
  health: v.number(),
  epoch: v.nullable(count),
  digest: v.nullable(v.string()),
  members: v.looseObject({ up: count, suspect: count, down: count }),
  pid: count,
  release: v.string(),
})

const fact = v.looseObject({
  key: v.string(),
  version: count,
  size: count,
  text: v.optional(v.string()),
})

const gossipMember = v.looseObject({
  hostId: v.string(),
  name: v.string(),
  address: v.string(),
  dc: v.string(),
  rack: v.string(),
  liveness,
  gone: v.nullable(v.picklist(['left', 'removed', 'replaced'])),
  generation: count,
  incarnation: count,
  phi: v.nullable(v.number()),
  version: count,
  ring: v.nullable(v.looseObject({ epoch: count, digest: v.string() })),
  facts: v.array(fact),
  self: v.boolean(),
})

const gossip = v.looseObject({ members: v.array(gossipMember) })

const error = v.looseObject({
  error: v.looseObject({
    message: v.string(),
    next: v.nullish(v.string()),
    code: v.nullish(v.string()),
  }),
})

export const answers = { status, ring, endpoints, explanation, info, gossip, error } as const

export type RingAnswer = v.InferOutput<typeof ring>
export type EndpointsAnswer = v.InferOutput<typeof endpoints>
export type Info = v.InferOutput<typeof info>
export type GossipTable = v.InferOutput<typeof gossip>
export type GossipMember = v.InferOutput<typeof gossipMember>
export type Explanation = v.InferOutput<typeof explanation>
export type EvidenceLine = v.InferOutput<typeof evidence>
