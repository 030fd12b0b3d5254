/**
 * `murmur local`: a real cluster of agent processes on this machine. Names, flags and examples of
 * its commands.
 */
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import type { LocalOptions, UpOptions } from './local/options.js'
import type { LocalWork } from './local/work.js'
import type { Surroundings } from './surroundings.js'
import { LOCAL_DIR } from './local/directory.js'

const MOST_AGENTS = 200

const NOTES = `
Agents are named n1, n2, ... and run in sessions of their own; their data and logs are in DIR/nX. n1
uses the ports 7946 (gossip) and 7980 (API), n2 7947 and 7981, and so on; --base-port moves them.

Examples:
  murmur local up --watch          five agents, shown live; Ctrl-C ends them
  murmur local up -n 3 --detach    three agents that stay
  murmur local kill n3             then: murmur explain n3
  murmur local restart n3
  murmur local down
`

export function localCommand(program: Command, around: Surroundings): void {
  const local = program
    .command('local')
    .description('a real cluster of agents on this machine, for development')
    .addHelpText('after', NOTES)
  upCommand(local, around)
  simple(local, around, 'down', 'stop all agents; their data stays', (work) => work.down())
  named(local, around, 'kill', 'end agents with SIGKILL, as a crash would', (work, names) =>
    work.kill(names),
  )
  named(
    local,
    around,
    'restart',
    'start agents again, stopping them first if they run',
    (work, names) => work.restart(names),
  )
  addCommand(local, around)
  listCommand(local, around)
}

function upCommand(local: Command, around: Surroundings): void {
  withDir(local.command('up'))
    .description('start a cluster and stay with it until Ctrl-C')
    .option('-n, --nodes <N>', 'how many agents (default: as many as there were, else 5)', countOf)
    .option('--base-port <P>', 'gossip port of n1 (default: as before, else 7946)', portOf)
    .option('-d, --detach', 'return when the cluster is whole; the agents stay')
    .option('-w, --watch', 'show the cluster live')
    .option('--expect <N>', 'the first N agents found the ring, later ones join it', countOf)
    .option('--for <SECONDS>', 'end by itself after so long and print the final status', secondsOf)
    .argument('[flags...]', 'after --: flags for every agent, such as --profile calm')
    .usage('[options] [-- AGENT-FLAGS]')
    .addHelpText('after', UP_EXAMPLES)
    .action(async (flags: string[], options: UpOptions) => {
      const work = await workIn(options.dir, around)
      await work.up(options, flags)
    })
}

const UP_EXAMPLES = `
Examples:
  murmur local up --watch
  murmur local up -n 3 --base-port 9000 --detach
  murmur local up --expect 5 --detach
  murmur local up --for 20
  murmur local up -- --profile calm --log-format json
`

function addCommand(local: Command, around: Surroundings): void {
  withDir(local.command('add'))
    .description('start one more agent, and wait until it owns a part of the ring')
    .argument('[flags...]', 'after --: flags for this agent, such as --rack rack2')
    .usage('[options] [-- AGENT-FLAGS]')
    .addHelpText('after', ADD_EXAMPLES)
    .action(async (flags: string[], options: LocalOptions) => {
      const work = await workIn(options.dir, around)
      await work.add(flags)
    })
}

const ADD_EXAMPLES = `
It joins by itself; where there is a ring, each record that is agreed on meanwhile is shown. Ctrl-C
ends the waiting, not the agent. Flags of local up -- ... are given to it too.

Examples:
  murmur local add
  murmur local add -- --rack rack2 --tokens 32
  murmur local add -- --replace n3        in the place of n3, which is dead
`

function listCommand(local: Command, around: Surroundings): void {
  withDir(local.command('list'))
    .description('the agents, whether they run, and where they listen')
    .option('--json', 'as JSON: [ { name, pid, running, bind, api, dataDir } ]')
    .action(async (options: LocalOptions & { json?: true }) => {
      const work = await workIn(options.dir, around)
      work.list(options.json === true)
    })
}

function simple(
  local: Command,
  around: Surroundings,
  name: string,
  description: string,
  act: (work: LocalWork) => Promise<void>,
): void {
  withDir(local.command(name))
    .description(description)
    .action(async (options: LocalOptions) => act(await workIn(options.dir, around)))
}

function named(
  local: Command,
  around: Surroundings,
  name: string,
  description: string,
  act: (work: LocalWork, names: readonly string[]) => Promise<void>,
): void {
  withDir(local.command(name))
    .description(description)
    .argument('<name...>', 'n1, n2, ...')
    .action(async (names: string[], options: LocalOptions) =>
      act(await workIn(options.dir, around), names),
    )
}

function withDir(command: Command): Command {
  return command.option('--dir <DIR>', 'where the cluster keeps everything', LOCAL_DIR)
}

async function workIn(dir: string, around: Surroundings): Promise<LocalWork> {
  const { LocalWork } = await import('./local/work.js')
  return new LocalWork(dir, around)
}

function countOf(text: string): number {
  return wholeNumber(text, 1, MOST_AGENTS)
}

function portOf(text: string): number {
  return wholeNumber(text, 1024, 65535)
}

function wholeNumber(text: string, least: number, most: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`)
}

function secondsOf(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0.1 && value <= 86400) return value
  throw new InvalidArgumentError('Give seconds from 0.1 to 86400.')
}
