/** `ring` and `endpoints`: who owns what, as the asked agent knows it. */
import { Option, type Command } from 'commander'
import { query } from './query.js'
import type { Surroundings } from './surroundings.js'

export const KEYSPACE = 'of this keyspace: count all copies, not first ones alone'

/** Said on the call while no ring record holds keyspaces. */
export function replicationOption(): Option {
  const says = 'copies the keyspace keeps: 3 in every datacenter, dc1=3,dc2=2, or simple:3'
  return new Option('--replication <COPIES>', says)
}

const COPIES_NOTES = `
There is no ring record yet that holds keyspaces, so the call may say with --replication how many
copies KEYSPACE keeps: 3 (in every datacenter), dc1=3,dc2=2 (NetworkTopologyStrategy), or simple:3
(SimpleStrategy). Without it, 3 in every datacenter. Once a record holds keyspaces, it is asked
first.
`

export function ringCommands(program: Command, around: Surroundings): void {
  query<{ resolveIp?: true; draw?: true; replication?: string }>(
    program,
    around,
    'ring',
    'who owns which tokens',
    (queries, options, [keyspace]) => queries.ring(options, keyspace),
  )
    .argument('[keyspace]', KEYSPACE)
    .addOption(replicationOption())
    .option('-r, --resolve-ip', 'names instead of addresses')
    .option('-d, --draw', 'draw it: the line of tokens, a row a node')
    .addHelpText('after', RING_NOTES)
  query<{ hex?: true; replication?: string }>(
    program,
    around,
    'endpoints',
    'the nodes that keep a key, the primary first',
    (queries, options, [keyspace, key]) => queries.endpoints(options, keyspace, key),
  )
    .argument('<keyspace>', 'the keyspace of the key')
    .argument('<key>', 'a key as text, or with --hex as bytes')
    .addOption(replicationOption())
    .option('--hex', 'the key is hexadecimal bytes')
    .addHelpText('after', ENDPOINTS_NOTES)
}

const RING_NOTES = `
The layout is that of nodetool ring: one line a token. Every agent answers from what it heard; two
that heard the same answer the same, and a node whose tokens are not heard yet is named. Owns is the
share of the ring by a node's own tokens; with KEYSPACE it is the share of all keys of which the
node keeps a copy.
${COPIES_NOTES}
Examples:
  murmur ring
  murmur ring --draw
  murmur ring orders --replication dc1=3 -r
  murmur ring --json | jq -r '.nodes[] | [.name, .owns] | @tsv'
`

const ENDPOINTS_NOTES = `
One line a node: address, U (up), D (down) or ? (suspected) and its state, name, datacenter, rack.
nodetool getendpoints prints the addresses alone: cut -d' ' -f1.
${COPIES_NOTES}
Examples:
  murmur endpoints orders user:17
  murmur endpoints orders user:17 --replication dc1=3,dc2=2
  murmur endpoints orders --hex 0001610000016200
  murmur endpoints orders user:17 --json | jq -r '.endpoints[0].address'
`
