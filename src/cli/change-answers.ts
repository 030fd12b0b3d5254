/** The shapes of answers about changes, checked where they come in. */
import * as v from 'valibot'

const share = v.nullable(v.number())

const preview = v.looseObject({
  verdict: v.picklist(['done', 'waits', 'void', 'refused']),
  why: v.string(),
  next: v.nullable(v.string()),
  plan: v.nullable(
    v.looseObject({
      commits: v.number(),
      nodes: v.array(v.looseObject({ name: v.string(), before: share, after: share })),
      copies: v.array(
        v.looseObject({
          keyspace: v.string(),
          moved: v.number(),
          flows: v.array(
            v.looseObject({
              from: v.string(),
              to: v.string(),
              share: v.number(),
              bytes: v.optional(share),
            }),
          ),
        }),
      ),
      bytes: v.optional(share),
    }),
  ),
})

const moves = v.looseObject({
  epoch: v.nullable(v.number()),
  frozen: v.boolean(),
  cleaned: v.optional(v.nullable(v.number())),
  moves: v.array(
    v.looseObject({
      id: v.string(),
      what: v.string(),
      stage: v.string(),
      since: v.number(),
      share: v.number(),
      waitsFor: v.nullable(v.string()),
      copies: v.optional(
        v.array(
          v.looseObject({
            node: v.string(),
            ranges: v.number(),
            rangesDone: v.number(),
            fraction: v.number(),
            bytes: v.number(),
            bytesLeft: v.nullable(v.number()),
            secondsLeft: v.nullable(v.number()),
            waitsFor: v.array(v.string()),
          }),
        ),
        [],
      ),
    }),
  ),
  intents: v.array(v.looseObject({ id: v.string(), why: v.string() })),
})

const cluster = v.looseObject({
  cluster: v.string(),
  clusterId: v.nullable(v.string()),
  epoch: v.nullable(v.number()),
  why: v.array(v.string()),
  agreed: v.boolean(),
  unreachable: v.array(v.string()),
  versions: v.array(
    v.looseObject({ epoch: v.number(), digest: v.string(), nodes: v.array(v.string()) }),
  ),
  features: v.number(),
  generation: v.number(),
  members: v.number(),
  voters: v.array(v.string()),
  banned: v.array(v.looseObject({ name: v.string(), hostId: v.string(), as: v.string() })),
  keyspaces: v.array(v.looseObject({ name: v.string(), replication: v.string() })),
})

const config = v.looseObject({
  epoch: v.nullable(v.number()),
  features: v.nullable(v.number()),
  settings: v.array(
    v.looseObject({
      name: v.string(),
      value: v.union([v.number(), v.boolean(), v.string()]),
      default: v.union([v.number(), v.boolean(), v.string()]),
      values: v.string(),
      why: v.string(),
    }),
  ),
})

const doctor = v.looseObject({
  well: v.boolean(),
  findings: v.array(v.looseObject({ grave: v.boolean(), what: v.string(), next: v.string() })),
})

const record = v.looseObject({
  epoch: v.number(),
  digest: v.string(),
  why: v.array(v.string()),
  members: v.array(v.looseObject({ state: v.string() })),
})

export const answers = { preview, moves, cluster, config, doctor, record }

export type PreviewAnswer = v.InferOutput<typeof preview>
export type MovesAnswer = v.InferOutput<typeof moves>
export type ClusterAnswer = v.InferOutput<typeof cluster>
export type RecordAnswer = v.InferOutput<typeof record>
export type ConfigAnswer = v.InferOutput<typeof config>
export type DoctorAnswer = v.InferOutput<typeof doctor>
