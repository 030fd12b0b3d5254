/**
 * One call of the command, from arguments to exit code; whatever goes wrong becomes one sentence on
 * stderr.
 */
import { CommanderError } from 'commander'
import { OperatorError } from '../agent/failure.js'
import { CommandFailure, FAILED, WRONG_USE } from './failure.js'
import { buildProgram } from './program.js'
import type { Surroundings } from './surroundings.js'

/** @param args what follows the program's name */
export async function run(args: readonly string[], around: Surroundings): Promise<number> {
  try {
    const program = buildProgram(around)
    const completing = args[0] === 'complete' || args[0] === 'completion'
    if (completing || args.slice(0, 2).includes('simulate')) {
      const { addSimulations } = await import('./simulate/commands.js')
      addSimulations(program, around)
    }
    if (completing) {
      const { addCompletion } = await import('./completion.js')
      addCompletion(program, around)
    }
    await program.parseAsync(args, { from: 'user' })
    return 0
  } catch (thrown) {
    const { sentence, exitCode } = endingOf(thrown)
    if (sentence !== '') around.err.write(`murmur: ${sentence}\n`)
    return exitCode
  }
}

interface End {
  readonly sentence: string
  readonly exitCode: number
}

function endingOf(thrown: unknown): End {
  if (thrown instanceof CommandFailure) {
    return { sentence: thrown.message, exitCode: thrown.exitCode }
  }
  if (thrown instanceof OperatorError) {
    return { sentence: `${thrown.message} ${thrown.next}`.trim(), exitCode: FAILED }
  }
  if (thrown instanceof CommanderError) return misuse(thrown)
  throw thrown
}

const SHOWN = new Set(['commander.helpDisplayed', 'commander.version'])

/** Commander's complaint as one sentence with what to do next; its help needs none. */
function misuse(error: CommanderError): End {
  if (SHOWN.has(error.code)) return { sentence: '', exitCode: 0 }
  if (error.code === 'commander.help') return { sentence: '', exitCode: WRONG_USE }
  const said = error.message.replace(/^error: (command-argument )?/, '').replaceAll('\n', ' ')
  const near = /\(Did you mean (.*)\?\)/.exec(said)
  const what = said.replace(/ *\(Did you mean .*\?\)/, '').replace(/\.$/, '')
  const next =
    near === null
      ? 'see `murmur --help` and `murmur COMMAND --help`'
      : `did you mean ${near[1] ?? ''}?`
  return { sentence: `${what}${near === null ? ': ' : ', '}${next}`, exitCode: WRONG_USE }
}
