/**
 * Completion for shells: the script they load, and the candidates it asks for, the names of local
 * agents among them.
 */
import { join } from 'node:path'
import tab from '@bomb.sh/tab/commander'
import type { Command } from 'commander'
import { agentSettings } from '../agent/settings.js'
import type { Setting } from '../base/settings.js'
import { COMPLETION_EXAMPLES } from './completion-examples.js'
import { LOCAL_DIR } from './local/directory.js'
import { readState } from './local/state.js'
import type { Surroundings } from './surroundings.js'

const NAMED = ['explain', 'local kill', 'local restart']

/** Puts `completion SHELL` and the hidden `complete` in the place of their stand-in. */
export function addCompletion(program: Command, around: Surroundings): void {
  const commands = program.commands.filter((command) => command.name() !== 'completion')
  Object.assign(program, { commands })
  offerChoices(commands.find((command) => command.name() === 'agent'))
  const known = tab(program, { completionCommandName: 'completion' })
  for (const name of NAMED) {
    for (const argument of known.commands.get(name)?.arguments.values() ?? []) {
      argument.handler = (complete) => {
        for (const agent of localNames(around)) complete(agent, '')
      }
    }
  }
  const completion = program.commands.find((command) => command.name() === 'completion')
  completion?.description('print the completion script of a shell')
  completion?.addHelpText('after', COMPLETION_EXAMPLES)
}

/** The values of flags that have few. Their check is the configuration's, not commander's. */
function offerChoices(agent: Command | undefined): void {
  const table: Readonly<Record<string, Setting>> = agentSettings
  for (const option of agent?.options ?? []) {
    const setting = table[option.attributeName()]
    if (setting?.kind === 'choice') option.argChoices = [...setting.choices]
  }
}

function localNames(around: Surroundings): readonly string[] {
  try {
    return readState(join(around.cwd, LOCAL_DIR))?.agents.map((agent) => agent.name) ?? []
  } catch {
    return []
  }
}
