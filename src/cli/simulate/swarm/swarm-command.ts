/** `murmur simulate swarm`: its flags; the work is imported when it is called. */
import { InvalidArgumentError, type Command } from 'commander'
import type { Surroundings } from '../../surroundings.js'
import type { SwarmOptions } from './options.js'

const NOTES = `
Every seed draws a small cluster, its links and settings, and the faults that befall it; after them
all who live must agree. Failures are made small, written as scenario files and told with the one
command that repeats them.

Examples:
  murmur simulate swarm --runs 10000
  murmur simulate swarm --ring --runs 1000        ring changes while clients write and read
  murmur simulate swarm --runs 1 --seed 4711      one seed again
`

export function swarmCommand(simulate: Command, around: Surroundings): void {
  simulate
    .command('swarm')
    .description('many scenarios drawn from seeds, held to every property of the protocol')
    .option('--runs <N>', 'how many', numberFrom(1, 10_000_000), 1000)
    .option('--seed <N>', 'the first; the others follow it', numberFrom(0, 2 ** 52), 1)
    .option('--ring', 'joins, leaves, removals, replacements and cancels, with clients at work')
    .option('--workers <N>', 'threads; as many as there are processors', numberFrom(1, 256))
    .option('--json', 'as JSON; the shape is in docs/swarm.md and stable')
    .addHelpText('after', NOTES)
    .action(async (options: SwarmOptions) => {
      const { runSwarm } = await import('./swarm.js')
      await runSwarm(options, around)
    })
}

function numberFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (/^\d+$/.test(text) && number >= least && number <= most) return number
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`)
  }
}
