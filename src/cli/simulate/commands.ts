/**
 * The commands of `murmur simulate`, one for each named scenario with the options it declares, and
 * one for scenarios in files. The work is imported when one is called.
 */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { catalogue } from '../../../simulations/scenarios/catalogue.js'
import type { NamedScenario } from '../../../simulations/scenarios/named.js'
import { flagOf } from '../agent-command.js'
import type { Surroundings } from '../surroundings.js'
import type { SimulateOptions } from './options.js'
import { swarmCommand } from './swarm/swarm-command.js'

/** Puts the commands under the stand-in that `program` has for them. */
export function addSimulations(program: Command, around: Surroundings): void {
  const simulate = program.commands.find((command) => command.name() === 'simulate')
  if (simulate === undefined) return
  simulate.commandsGroup('Scenarios:')
  for (const scenario of catalogue) scenarioCommand(simulate, scenario, around)
  fileCommand(simulate, around)
  swarmCommand(simulate, around)
}

function scenarioCommand(simulate: Command, scenario: NamedScenario, around: Surroundings): void {
  const command = simulate.command(scenario.name).description(scenario.asks)
  for (const [key, setting] of Object.entries(scenario.options))
    command.addOption(flagOf(key, setting))
  withCommon(command).action(async (options: SimulateOptions & Record<string, unknown>) => {
    const { simulateNamed } = await import('./simulation.js')
    await simulateNamed(scenario, options, around)
  })
}

function fileCommand(simulate: Command, around: Surroundings): void {
  const command = simulate
    .command('file', { isDefault: true })
    .description('a scenario that you wrote, in YAML or JSON')
    .argument('<FILE>', 'the file; `murmur simulate FILE` does as well')
    .allowExcessArguments(false)
  withCommon(command).action(async (file: string, options: SimulateOptions) => {
    const { simulateFile } = await import('./simulation.js')
    await simulateFile(file, options, around)
  })
}

function withCommon(command: Command): Command {
  return command
    .optionsGroup('Every simulation:')
    .option('--seed <N>', 'decides all chance (0 to 9007199254740991)', seedOf, 1)
    .addOption(
      new Option('--profile <lan|calm|wan>', 'settings of the nodes').choices([
        'lan',
        'calm',
        'wan',
      ]),
    )
    .option(
      '--set <KEY=VALUE>',
      'another value of a setting of the nodes, such as suspicionFactor=2; may be repeated',
      (text: string, before: readonly string[] | undefined) => [...(before ?? []), text],
    )
    .option(
      '--compare <all|none|NAME,...>',
      'also as other protocols: swim, lifeguard, ... (default: all up to 128 nodes, none above)',
    )
    .option('--json', 'as JSON; the shape is in docs/simulations.md and stable')
    .option('--report <FILE>', 'write a page with plots, complete in itself')
    .option('--figure <FILE>', "write the scenario's own plot as SVG")
    .option('--csv', 'every series as CSV: configuration, measure, about, ms, value')
}

function seedOf(text: string): number {
  const seed = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(seed)) return seed
  throw new InvalidArgumentError('Give a whole number from 0 to 9007199254740991.')
}
