/**
 * `murmur agent`: every flag is generated from the declarations, and its values go where they are
 * checked.
 */
import type { Command } from 'commander'
import { CommanderError, Option } from 'commander'
import { flagName, validRange, type Setting } from '../base/settings.js'
import { agentSettings } from '../agent/settings.js'
import { CommandFailure, wrongUse } from './failure.js'
import type { Surroundings } from './surroundings.js'

const NOTES = `
Every flag is also a variable (--data-dir is MURMUR_DATA_DIR) and a key of the --config file
(dataDir); flags win over variables, variables over the file. SIGTERM drains (others see it go down
at once, it comes back as itself), SIGINT leaves (others forget it until it starts again), a second
signal exits at once.

Examples:
  murmur agent                                          alone on loopback, data in ./murmur-data
  murmur agent --name db1 --bind 10.0.0.1:7946 --seeds db2.lan:7946,db3.lan:7946
  murmur agent --config /etc/murmur/agent.yaml --log-format json
`

export function agentCommand(program: Command, around: Surroundings): void {
  const command = program
    .command('agent')
    .description('run one agent in the foreground')
    .optionsGroup('Flags:')
    .addHelpText('after', NOTES)
  for (const [key, setting] of Object.entries(agentSettings))
    command.addOption(flagOf(key, setting))
  command
    .addOption(new Option('--help-all', "show the protocol's own numbers too"))
    .on('option:help-all', () => helpInFull(command))
    .action((flags: Record<string, unknown>) => runAgentCommand(flags, around))
}

function helpInFull(command: Command): void {
  for (const option of command.options) option.hideHelp(false)
  command.outputHelp()
  throw new CommanderError(0, 'commander.helpDisplayed', '')
}

/** One flag; a list may be given in one piece or flag by flag. */
export function flagOf(key: string, setting: Setting): Option {
  const option = new Option(`${flagName(key)}${placeholder(setting)}`, helpOf(setting))
  if (setting.kind === 'list') {
    option.argParser((value: string, before: string | undefined) =>
      before === undefined ? value : `${before},${value}`,
    )
  }
  return setting.rare === true ? option.hideHelp() : option
}

function placeholder(setting: Setting): string {
  switch (setting.kind) {
    case 'number':
      return ` <${setting.unit === '' ? 'N' : setting.unit}>`
    case 'text':
      return ` <${setting.shape}>`
    case 'choice':
      return ` <${setting.choices.join('|')}>`
    case 'flag':
      return ' [true|false]'
    case 'list':
      return ` <${setting.shape},...>`
  }
}

function helpOf(setting: Setting): string {
  const range = setting.kind === 'number' ? [validRange(setting)] : []
  const standing = String(setting.default)
  const notes = [...range, ...(standing === '' ? [] : [`default ${standing}`])]
  return notes.length === 0 ? setting.why : `${setting.why} (${notes.join('; ')})`
}

async function runAgentCommand(
  flags: Record<string, unknown>,
  around: Surroundings,
): Promise<void> {
  const { loadConfiguration } = await import('../agent/configuration.js')
  const { readFile } = await import('node:fs/promises')
  const loaded = await loadConfiguration({
    flags,
    env: around.env,
    readFile: (path) => readFile(path, 'utf8'),
  })
  if (loaded.kind === 'refused') throw wrongUse(complaint(loaded.problems))
  const { agentProcess } = await import('../agent/agent-process.js')
  const exitCode = await agentProcess(loaded.configuration)
  // What went wrong stands in the agent's own log.
  if (exitCode !== 0) throw new CommandFailure('', exitCode)
}

/** All problems at once, each on its line. */
function complaint(problems: readonly string[]): string {
  const count = problems.length === 1 ? 'one setting is' : `${problems.length} settings are`
  const lines = problems.map((problem) => `  ${problem}`)
  return [`${count} not valid, nothing was started:`, ...lines].join('\n')
}
