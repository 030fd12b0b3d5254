/** The commands of a node as they stand in a recording: checked, for a file may hold anything. */
import * as v from 'valibot'
import type { NodeCommand } from '../../cluster/node.js'
import { wishSchema } from './wish-schema.js'

const schema = v.variant('kind', [
  v.object({ kind: v.picklist(['start', 'leave', 'drain', 'rejoin', 'found']) }),
  v.object({ kind: v.literal('seeds'), addresses: v.array(v.string()) }),
  v.object({
    kind: v.literal('publish'),
    key: v.string(),
    value: v.nullable(v.instance(Uint8Array)),
  }),
  v.object({
    kind: v.literal('ban'),
    hostId: v.string(),
    as: v.picklist(['removed', 'replaced']),
  }),
  v.object({ kind: v.literal('intend'), wish: wishSchema }),
  v.object({ kind: v.literal('withdraw'), id: v.string() }),
  v.object({ kind: v.literal('copied'), move: v.string() }),
  v.object({ kind: v.literal('behind'), epoch: v.number(), by: v.string() }),
]) satisfies v.GenericSchema<unknown, NodeCommand>

export function isNodeCommand(value: unknown): value is NodeCommand {
  return v.is(schema, value)
}
