/**
 * The table of commands: their names, flags, help and examples. What a command does is imported
 * when it is called, so that an agent carries nothing that only other commands need.
 */
import { Command } from 'commander'
import { release } from '../agent/release.js'
import { agentCommand } from './agent-command.js'
import { changeCommands, reportCommands } from './change-commands.js'
import { COMPLETION_EXAMPLES } from './completion-examples.js'
import { kvCommand } from './kv-command.js'
import { localCommand } from './local-command.js'
import { planCommands } from './plan.js'
import { queryCommands } from './query-commands.js'
import { replayCommand } from './replay-command.js'
import { simulateCommand } from './simulate-command.js'
import type { Surroundings } from './surroundings.js'
import { tokenCommand } from './token.js'

const EXAMPLES = `
Examples:
  murmur local up                 five agents on this machine, shown live with --watch
  murmur status                   who is there and who is up
  murmur local kill n3            see the others notice
  murmur explain n3               why it is seen as it is: accusers, phi, times
  murmur agent --name db1 --bind 10.0.0.1:7946 --seeds 10.0.0.2:7946,10.0.0.3:7946

Commands that ask take --api HOST:PORT (or MURMUR_API); without it they ask the local cluster in
./.murmur, and where there is none 127.0.0.1:7980. They exit 0 on success, 1 on failure, 2 on wrong
use.
`

/** All commands, for one call. */
export function buildProgram(around: Surroundings): Command {
  const program = new Command('murmur')
  inherited(program, around)
  program
    .description(
      'A leaderless cluster manager: agents that find each other and judge who is alive.',
    )
    .addHelpText('after', EXAMPLES)
    .version(release(), '-V, --version', 'print the version')
  program.commandsGroup('Run:')
  agentCommand(program, around)
  localCommand(program, around)
  program.commandsGroup('Ask and change:')
  queryCommands(program, around)
  reportCommands(program, around)
  program.commandsGroup('Change the ring:')
  changeCommands(program, around)
  program.commandsGroup('Rows:')
  kvCommand(program, around)
  program.commandsGroup('Plan:')
  tokenCommand(program, around)
  planCommands(program, around)
  program.commandsGroup('Simulate and replay:')
  simulateCommand(program)
  replayCommand(program, around)
  program.commandsGroup('Other:')
  otherCommands(program, around)
  program.helpCommand('help [command]', 'show the help of a command')
  return program
}

/** Settings that every command has; sub-commands copy them. */
function inherited(program: Command, around: Surroundings): void {
  program
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureHelp({ helpWidth: around.out.terminal ? Math.min(around.out.columns, 100) : 100 })
    .configureOutput({
      writeOut: (text) => around.out.write(text),
      writeErr: (text) => around.err.write(text),
      outputError: () => undefined,
    })
}

function otherCommands(program: Command, around: Surroundings): void {
  program
    .command('version')
    .description('print the version')
    .option('--json', 'as JSON: { version, node }')
    .action((options: { json?: true }) => {
      const json = { version: release(), node: process.version }
      around.out.write(`${options.json ? JSON.stringify(json) : release()}\n`)
    })
  program
    .command('settings')
    .description('print every setting of an agent: unit, default, range, reason')
    .option('--markdown', 'as the page docs/settings.md')
    .option('--json', 'as JSON')
    .action(async (options: { markdown?: true; json?: true }) => {
      const { settingsText } = await import('./settings-reference.js')
      around.out.write(settingsText(options))
    })
  program
    .command('completion')
    .description('print the completion script of a shell')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText('after', COMPLETION_EXAMPLES)
}
