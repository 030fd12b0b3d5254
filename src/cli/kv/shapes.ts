/** Answers of `/v1/kv`, checked at the door. */
import * as v from 'valibot'

const error = v.object({ code: v.string(), message: v.string(), next: v.string() })

export const wrote = v.object({
  keyspace: v.string(),
  key: v.string(),
  level: v.string(),
  stamp: v.string(),
  seen: v.string(),
  missed: v.array(v.string()),
})

export const row = v.object({
  keyspace: v.string(),
  key: v.string(),
  level: v.string(),
  found: v.boolean(),
  value: v.nullable(v.string()),
  encoding: v.picklist(['utf8', 'base64']),
  stamp: v.nullable(v.string()),
  seen: v.nullable(v.string()),
})

export const batch = v.object({ results: v.array(v.union([v.object({ error }), row, wrote])) })

export type Result = v.InferOutput<typeof batch>['results'][number]
