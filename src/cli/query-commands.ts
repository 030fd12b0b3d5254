/**
 * The commands that ask one agent: their names, flags and examples. Their work is in `queries.ts`.
 */
import type { Command } from 'commander'
import { query } from './query.js'
import { KEYSPACE, replicationOption, ringCommands } from './ring-commands.js'
import type { Surroundings } from './surroundings.js'

export function queryCommands(program: Command, around: Surroundings): void {
  statusCommand(program, around)
  ringCommands(program, around)
  explainCommand(program, around)
  plainQueries(program, around)
  eventsCommand(program, around)
  goodbyeCommands(program, around)
}

function statusCommand(program: Command, around: Surroundings): void {
  query<{ resolveIp?: true; watch?: true; replication?: string }>(
    program,
    around,
    'status',
    'who is there, and who is up',
    (queries, options, [keyspace]) => queries.status(options, keyspace),
  )
    .argument('[keyspace]', KEYSPACE)
    .addOption(replicationOption())
    .option('-r, --resolve-ip', 'names instead of addresses')
    .option('-w, --watch', 'repaint as things change, until Ctrl-C')
    .addHelpText('after', STATUS_NOTES)
}

const STATUS_NOTES = `
The layout is that of nodetool status. The first letter is U (up), D (down) or ? (suspected, not yet
judged); the last line says whether the cluster has settled or waits for whom. Nodes that left are
named in the last line only. Owns is the share of the ring by a node's own tokens; with KEYSPACE it
is the share of all keys of which the node keeps a copy.

Examples:
  murmur status
  murmur status orders --replication dc1=3
  murmur status -r --watch
  murmur status --api 10.0.0.2:7980
  murmur status --json | jq -r '.nodes[] | select(.liveness != "up") | .name'
`

function explainCommand(program: Command, around: Surroundings): void {
  query<object>(
    program,
    around,
    'explain',
    'why a node is seen as it is: accusers, phi, times',
    (queries, options, [node = '']) => queries.explain(node, options),
  )
    .argument('<node>', 'its name, host id or address')
    .addHelpText(
      'after',
      `
Examples:
  murmur explain n3
  murmur explain n3 --api n2                 what n2 makes of it
  murmur explain n3 --json | jq '.evidence[] | select(.phi != null)'
`,
    )
}

function plainQueries(program: Command, around: Surroundings): void {
  query<{ tokens?: true }>(
    program,
    around,
    'info',
    'about the asked agent itself',
    (queries, options) => queries.info(options),
  )
    .option('-T, --tokens', 'all its tokens, one a line')
    .addHelpText('after', '\nExamples:\n  murmur info\n  murmur info -T --api n2\n')
  query<object>(
    program,
    around,
    'gossipinfo',
    'what the asked agent has heard of every node',
    (queries, options) => queries.gossipinfo(options),
  ).addHelpText(
    'after',
    "\nExamples:\n  murmur gossipinfo\n  murmur gossipinfo --json | jq '.members[].facts'\n",
  )
  query<object>(
    program,
    around,
    'failuredetector',
    'phi of every node the asked agent observes',
    (queries, options) => queries.failuredetector(options),
  ).addHelpText('after', PHI_NOTES)
}

const PHI_NOTES = `
phi is how improbable the present silence is: 1 is one chance in ten, at 8 it is next to none. Each
node is observed by a few others; where the asked agent is none of them, phi is ?.

Examples:
  murmur failuredetector
  watch -n 0.5 murmur failuredetector --api n2
`

function eventsCommand(program: Command, around: Surroundings): void {
  query<{ since?: string; all?: true }>(
    program,
    around,
    'events',
    'follow what the asked agent announces, line by line',
    (queries, options) => queries.events(options),
  )
    .option('--all', 'small matters too; --json always has them')
    .option('--since <ID>', 'begin after this event id (the id of a line of --json)')
    .addHelpText(
      'after',
      `
A lost connection is taken up again where it broke. Ctrl-C ends it.

Examples:
  murmur events
  murmur events --json | jq -c 'select(.event == "member.down")'
`,
    )
}

function goodbyeCommands(program: Command, around: Surroundings): void {
  query<object>(
    program,
    around,
    'leave',
    'make the asked agent leave: others forget it until it starts again',
    (queries, options) => queries.goodbye('leave', options),
  ).addHelpText('after', '\nExamples:\n  murmur leave --api n5\n')
  query<object>(
    program,
    around,
    'drain',
    'make the asked agent go down without suspicion: it comes back as itself',
    (queries, options) => queries.goodbye('drain', options),
  ).addHelpText('after', '\nExamples:\n  murmur drain --api n5\n')
}
