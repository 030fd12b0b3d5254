/**
 * A large cluster that holds a ring from the beginning: its members have known each other all
 * along, and the first record is on every disk. Meeting and founding would take far longer than the
 * change that is to be watched.
 */
import { known } from '../src/base/assert.js'
import { ringKeys } from '../src/cluster/durable-ring.js'
import type { Newcomer } from '../src/cluster/intent.js'
import { FEATURES, firstRecord } from '../src/cluster/plan/first.js'
import { seal, type Sealed } from '../src/cluster/record/record-bytes.js'
import type { ConfigEntry } from '../src/cluster/record/record.js'
import { network } from '../src/ring/replication.js'
import { World } from './world.js'

export interface Ringed {
  readonly nodes: number
  readonly seed?: number
  readonly tokens?: number
  /** Settings that differ from their defaults, in order of name. */
  readonly config?: readonly ConfigEntry[]
}

const TOKENS = 16
const RACKS = 3

export function rackOf(index: number): string {
  return `rack${index % RACKS}`
}

/** So many nodes `n0`, `n1`, ... over three racks, with a keyspace of three copies. */
export function ringed({ nodes, seed = 1, tokens = TOKENS, config = [] }: Ringed): World {
  const world = new World({ seed, tokens })
  for (let i = 0; i < nodes; i++) world.add(`n${i}`, { rack: rackOf(i) })
  const founders = world.hosts.map(({ name, hostId, address, dc, rack }): Newcomer => {
    return { hostId, name, address, dc, rack, tokens, features: FEATURES }
  })
  const { bytes } = ringOf(founders, config)
  for (const host of world.hosts) host.disk.set(ringKeys.record, bytes)
  world.settle(world.hosts)
  return world
}

/** A first record with a keyspace of three copies, and settings. */
export function ringOf(founders: readonly Newcomer[], config: readonly ConfigEntry[] = []): Sealed {
  const { record } = firstRecord(founders, 0)
  const keyspaces = [{ name: 'shop', replication: network({ dc1: 3 }), born: 1 }]
  return known(seal({ ...record, keyspaces, config }), 'a record that fits')
}
