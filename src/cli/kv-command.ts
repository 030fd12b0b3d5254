/** `murmur kv`: its sub-commands and flags; their work is imported when they are called. */
import { Argument, Option, type Command } from 'commander'
import { LEVELS } from '../cluster/data/level.js'
import type { KvOptions } from './kv/options.js'
import type { Surroundings } from './surroundings.js'

const NOTES = `
Rows are kept by agents that were started with --kv, as many copies of each as its keyspace says.

Examples:
  murmur keyspace create shop --replication dc1=3
  murmur kv put shop apple 0.80
  murmur kv get shop apple --level ALL
  murmur kv import shop /usr/share/dict/words
  murmur kv verify shop /usr/share/dict/words --level ALL
`

const FILE_NOTES = `
A file whose name ends in .csv has a row a line: what stands before the first comma is the key, the
rest of the line its value. In any other file each line is a key, and its value the number of the
line. Empty lines are passed over; of a key that comes twice the last line counts.
`

export function kvCommand(program: Command, around: Surroundings): void {
  const kv = program
    .command('kv')
    .description('rows of the reference data plane')
    .addHelpText('after', NOTES)
  const keyspace = new Argument('<keyspace>', 'where it is kept')
  sub(kv, 'put', 'write a row')
    .addArgument(keyspace)
    .argument('<key>', 'its key')
    .argument('<value>', 'its value')
    .addOption(seen())
    .action(async (space: string, key: string, value: string, options: KvOptions) => {
      const { Rows } = await import('./kv/rows.js')
      await new Rows(around, options).put(space, key, value)
    })
  sub(kv, 'get', 'read a row')
    .addArgument(keyspace)
    .argument('<key>', 'its key')
    .action(async (space: string, key: string, options: KvOptions) => {
      const { Rows } = await import('./kv/rows.js')
      await new Rows(around, options).get(space, key)
    })
  sub(kv, 'delete', 'delete a row')
    .addArgument(keyspace)
    .argument('<key>', 'its key')
    .addOption(seen())
    .action(async (space: string, key: string, options: KvOptions) => {
      const { Rows } = await import('./kv/rows.js')
      await new Rows(around, options).delete(space, key)
    })
  sub(kv, 'import', 'write every row of a file')
    .addArgument(keyspace)
    .argument('<file>', 'a word list, or a CSV')
    .addHelpText('after', FILE_NOTES)
    .action(async (space: string, file: string, options: KvOptions) => {
      const { importFile } = await import('./kv/load.js')
      await importFile(space, file, options, around)
    })
  sub(kv, 'verify', 'prove that every row of a file is there')
    .addArgument(keyspace)
    .argument('<file>', 'what was imported')
    .addHelpText('after', FILE_NOTES)
    .action(async (space: string, file: string, options: KvOptions) => {
      const { verifyFile } = await import('./kv/load.js')
      await verifyFile(space, file, options, around)
    })
}

function seen(): Option {
  return new Option('--seen <STAMP>', 'come after this one: the `seen` of an earlier --json answer')
}

function sub(kv: Command, name: string, description: string): Command {
  const level = new Option('--level <LEVEL>', 'how many replicas must answer')
  return kv
    .command(name)
    .description(description)
    .addOption(level.choices(LEVELS).default('QUORUM'))
    .addOption(new Option('--api <HOST:PORT>', 'the agent to ask; a URL or a name such as n2'))
    .option('--json', 'as JSON; the shape is in docs/api.md and stable')
}
