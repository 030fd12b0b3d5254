/**
 * The commands that change the ring, and those that say how changes get on: their names, flags and
 * examples. Their work is in `changes.ts`.
 */
import { Command, Option } from 'commander'
import type { Changes } from './changes.js'
import type { RecoverOptions } from './recover.js'
import type { ChangeOptions } from './query-options.js'
import type { Surroundings } from './surroundings.js'

type Work<O> = (changes: Changes, options: O & ChangeOptions, args: string[]) => Promise<void>

/** A command that takes --api and --json; what it does is imported when it is called. */
function command<O extends object>(
  parent: Command,
  around: Surroundings,
  name: string,
  description: string,
  work: Work<O>,
): Command {
  return parent
    .command(name)
    .description(description)
    .addOption(new Option('--api <HOST:PORT>', 'the agent to ask; a URL or a name such as n2'))
    .option('--json', 'as JSON; the shape is in docs/api.md and stable')
    .action(async (...given: unknown[]) => {
      const { Changes } = await import('./changes.js')
      const called = given.at(-1)
      if (!(called instanceof Command)) throw new TypeError('an action without its command')
      await work(new Changes(around), called.opts<O & ChangeOptions>(), called.args)
    })
}

const WATCH_NOTES = `
No record is skipped, and none comes twice, also over a broken connection. An agent keeps some of
the past; an older epoch is an error that names the oldest one it has. Ctrl-C ends it.

Examples:
  murmur watch --from 1
  murmur watch --json | jq -c '{ epoch, why }'
`

/** One that changes the ring: it can be tried first, and waited for. */
function change<O extends object>(...given: Parameters<typeof command<O>>): Command {
  return command<O>(...given)
    .option('--dry-run', 'print what would happen, and change nothing')
    .addOption(
      new Option('--wait', 'return when the ring has settled, and say what it waits for').conflicts(
        'dryRun',
      ),
    )
}

export function changeCommands(program: Command, around: Surroundings): void {
  const cluster = program.command('cluster').description('the ring as a whole')
  command(
    cluster,
    around,
    'found',
    'found the ring with those who are here now',
    (changes, options) => changes.found(options),
  ).addHelpText('after', FOUND_NOTES)
  cluster
    .command('recover')
    .description('offline, after a majority is lost for good: go on with the survivors')
    .requiredOption('--data-dir <DIR>', 'of a survivor whose agent is stopped')
    .option('--survivors <NODES>', 'names or host ids, with commas: all others are given up')
    .option('--out <FILE>', 'where to put the record that the other survivors need')
    .option('--use <FILE>', 'on each other survivor: the record that was made on the first')
    .option('--yes', 'do it; without it, only what would be given up is told')
    .addHelpText('after', RECOVER_NOTES)
    .action(async (options: RecoverOptions) => {
      const { recover } = await import('./recover.js')
      await recover(options, around)
    })
  command(
    program,
    around,
    'join',
    'make the asked agent meet others; without a ring it then joins theirs',
    (changes, options, seeds) => changes.join(options, seeds),
  )
    .argument('<seeds...>', 'HOST:PORT of agents to meet')
    .addHelpText('after', '\nExamples:\n  murmur join 10.0.0.2:7946 --api 10.0.0.9:7980\n')
  lifeCommands(program, around)
  deadCommands(program, around)
  levelCommands(program, around)
  keyspaceCommands(program, around)
  configCommands(program, around)
}

/** What is under way, agreed on and wrong. */
export function reportCommands(program: Command, around: Surroundings): void {
  command(program, around, 'moves', 'movements and intents under way', (changes, options) =>
    changes.moves(options),
  )
  command(
    program,
    around,
    'describecluster',
    'what is agreed on, and by whom',
    (changes, options) => changes.describe(options),
  )
  command<{ from?: string }>(
    program,
    around,
    'watch',
    'every record of the ring, in order, as they are agreed on',
    (changes, options) => changes.watch(options),
  )
    .option('--from <EPOCH>', 'begin with this one; the present one when absent')
    .addHelpText('after', WATCH_NOTES)
  command(program, around, 'doctor', 'what blocks or endangers the ring', (changes, options) =>
    changes.doctor(options),
  )
}

function lifeCommands(program: Command, around: Surroundings): void {
  change<{ force?: true }>(
    program,
    around,
    'decommission',
    'give the ranges of a live node to others; it then ends',
    (changes, options, [node]) =>
      changes.change(options, { kind: 'leave', node, force: options.force === true }),
  )
    .argument('[node]', 'name or host id; the asked agent itself when absent')
    .option('--force', 'even if copies or racks become too few')
}

/** Nodes that are dead, and old copies. */
function deadCommands(program: Command, around: Surroundings): void {
  change<{ acceptDataLoss?: true }>(
    program,
    around,
    'remove',
    'remove nodes that are dead; others copy what they held',
    (changes, options, nodes) =>
      changes.change(options, {
        kind: 'remove',
        nodes,
        acceptDataLoss: options.acceptDataLoss === true,
      }),
  )
    .argument('<nodes...>', 'names or host ids of dead nodes')
    .option('--accept-data-loss', 'even if a range has no majority left')
    .addHelpText('after', REMOVE_NOTES)
  change<{ by: string; acceptDataLoss?: true }>(
    program,
    around,
    'replace',
    'put a new node, which is up, in the place of a dead one',
    (changes, options, [node]) =>
      changes.change(options, {
        kind: 'replace',
        node,
        by: options.by,
        acceptDataLoss: options.acceptDataLoss === true,
      }),
  )
    .argument('<node>', 'name or host id of the dead node')
    .requiredOption('--by <NODE>', 'name or host id of a node that is up and no member yet')
    .option('--accept-data-loss', 'even if a range has no majority left')
    .addHelpText('after', REPLACE_NOTES)
  command(
    program,
    around,
    'cleanup',
    'say whether old copies are still to be deleted; they go by themselves',
    (changes, options) => changes.cleanup(options),
  ).addHelpText('after', CLEANUP_NOTES)
}

function levelCommands(program: Command, around: Surroundings): void {
  change<{ bar?: string }>(
    program,
    around,
    'rebalance',
    'level the ring by moving tokens',
    (changes, options) =>
      changes.change(options, { kind: 'rebalance', bar: Number(options.bar ?? '1.05') }),
  ).option('--bar <RATIO>', 'how much over the mean of its rack a node may hold (default 1.05)')
  change(program, around, 'cancel', 'undo a movement, stage by stage', (changes, options, [id]) =>
    changes.change(options, { kind: 'cancel', id }),
  ).argument('<id>', 'of the movement, as murmur moves prints it')
}

function keyspaceCommands(program: Command, around: Surroundings): void {
  const keyspace = program.command('keyspace').description('keyspaces and their copies')
  change<{ replication: string }>(
    keyspace,
    around,
    'create',
    'create a keyspace',
    (changes, options, [name = '']) => changes.create(options, name, options.replication),
  )
    .argument('<name>', 'letters, digits and _, at most 48')
    .requiredOption('--replication <COPIES>', 'dc1=3,dc2=2, or simple:3')
  change<{ replication: string }>(
    keyspace,
    around,
    'alter',
    'keep another number of copies; who gains one copies it first',
    (changes, options, [name = '']) => changes.alter(options, name, options.replication),
  )
    .argument('<name>', 'of the keyspace')
    .requiredOption('--replication <COPIES>', 'dc1=3,dc2=2, or simple:3')
  change(keyspace, around, 'drop', 'drop a keyspace', (changes, options, [name]) =>
    changes.change(options, { kind: 'drop', keyspace: name }),
  ).argument('<name>', 'of the keyspace')
  command(keyspace, around, 'list', 'list the keyspaces', (changes, options) =>
    changes.keyspaces(options),
  )
}

function configCommands(program: Command, around: Surroundings): void {
  const config = program.command('config').description('settings of the cluster, in its record')
  command(config, around, 'get', 'one setting, or all', (changes, options, [name]) =>
    changes.config(options, name),
  ).argument('[name]', 'of the setting; all when absent')
  change(config, around, 'set', 'change a setting, for all nodes', (changes, options, args) =>
    changes.change(options, { kind: 'configure', name: args[0], value: args[1] }),
  )
    .argument('<name>', 'of the setting')
    .argument('<value>', 'within its bounds')
    .addHelpText('after', CONFIG_NOTES)
  change(config, around, 'reset', 'take the default again', (changes, options, [name]) =>
    changes.change(options, { kind: 'configure', name, value: '' }),
  ).argument('<name>', 'of the setting')
  change(config, around, 'upgrade', 'use what all members understand', (changes, options) =>
    changes.change(options, { kind: 'upgrade' }),
  ).addHelpText('after', UPGRADE_NOTES)
}

const CONFIG_NOTES = `
The settings stand in the ring record, so that all nodes have the same from one epoch on.
docs/settings.md lists them; those of one agent are flags of murmur agent instead.

Examples:
  murmur config get
  murmur config set autoReplace true
  murmur config set autoReplaceAfter 1800 --dry-run
`

const UPGRADE_NOTES = `
A newer murmur may understand changes of the ring that an older one does not; they are used only
once the feature level allows it. Exchange the program of one node after another (murmur drain,
stop, start the newer one): each says by itself what it understands now, as murmur watch shows.
Once all do, this raises the level. Until then the older program may come back; after that it is
refused: its node stays at the record it had, and murmur doctor there says so.

Example:
  murmur config upgrade --dry-run
`

const FOUND_NOTES = `
Every agent that is here now, and has no ring, becomes a member; later ones join by themselves. All
of them pledge the first record durably, so that two halves cannot found two rings that share a
node. Agents started with --expect N do this by themselves once all N are there.

Example:
  murmur cluster found
`

const RECOVER_NOTES = `
While a majority of the voters can come back, start them instead: nothing is lost then. Otherwise
stop the agents of all survivors, take the one with the highest epoch (murmur info), and run it
there; then on each other one with --use. The survivors go on as a ring of its own, with a new
cluster id, so that those who are given up never merge back. What is left of their copies is then
copied among the survivors, as at a removal: murmur moves.

Examples:
  murmur cluster recover --data-dir /var/lib/murmur --survivors n1,n2 --out ring.record
  murmur cluster recover --data-dir /var/lib/murmur --survivors n1,n2 --out ring.record --yes
  murmur cluster recover --data-dir /var/lib/murmur --use ring.record
`

const REPLACE_NOTES = `
Usually the new agent is started with murmur agent --replace NODE, and does this by itself. The new
one must be in the same datacenter and rack, and not have joined in a place of its own.

Examples:
  murmur replace n3 --by n9 --dry-run
`

const CLEANUP_NOTES = `
After a movement every old copy is deleted by its node once the new ones have confirmed the record
and a grace has passed (dropGrace). There is nothing to run by hand; this says what it waits for.
`

const REMOVE_NOTES = `
A node that is still heard from is not removed, whoever asks. To put a new node in the place of a
dead one, start it with murmur agent --replace HOST-ID instead.

Examples:
  murmur remove n3 --dry-run
  murmur remove n3
`
