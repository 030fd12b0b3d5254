/** The wishes of operators as they stand in a recording: checked, for a file may hold anything. */
import * as v from 'valibot'
import type { Wish } from '../../cluster/intent.js'

const newcomer = v.object({
  hostId: v.string(),
  name: v.string(),
  address: v.string(),
  dc: v.string(),
  rack: v.string(),
  tokens: v.number(),
  features: v.number(),
})

const factor = v.object({ all: v.number(), transient: v.number() })

const replication = v.variant('kind', [
  v.object({ kind: v.literal('simple'), factor }),
  v.object({ kind: v.literal('network'), factors: v.map(v.string(), factor) }),
])

export const wishSchema = v.variant('kind', [
  v.object({ kind: v.literal('join'), who: newcomer }),
  v.object({ kind: v.literal('leave'), hostId: v.string(), force: v.boolean() }),
  v.object({
    kind: v.literal('remove'),
    hostIds: v.array(v.string()),
    loseData: v.boolean(),
  }),
  v.object({
    kind: v.literal('replace'),
    hostId: v.string(),
    by: newcomer,
    loseData: v.boolean(),
  }),
  v.object({ kind: v.literal('rebalance'), bar: v.number() }),
  v.object({ kind: v.literal('cancel'), move: v.string() }),
  v.object({ kind: v.literal('create'), name: v.string(), replication }),
  v.object({ kind: v.literal('drop'), name: v.string() }),
  v.object({ kind: v.literal('relieve'), hostIds: v.array(v.string()) }),
  v.object({ kind: v.literal('alter'), name: v.string(), replication }),
  v.object({ kind: v.literal('configure'), name: v.string(), value: v.string() }),
  v.object({ kind: v.literal('upgrade'), features: v.number() }),
  v.object({ kind: v.literal('understand'), hostId: v.string(), features: v.number() }),
]) satisfies v.GenericSchema<unknown, Wish>
