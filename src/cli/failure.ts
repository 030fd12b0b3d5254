/**
 * How a command ends when it cannot do what it was asked: one sentence that says what failed, why,
 * and what to do next, and an exit code. 1 is a failure, 2 is wrong use.
 */

export const FAILED = 1
export const WRONG_USE = 2

export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly exitCode: number

  constructor(sentence: string, exitCode = FAILED) {
    super(sentence)
    this.exitCode = exitCode
  }
}

/** What was asked for was there once and is no more: to ask again is in vain. */
export class Gone extends CommandFailure {}

/** The command was called wrongly: nothing was tried. */
export function wrongUse(sentence: string): CommandFailure {
  return new CommandFailure(sentence, WRONG_USE)
}

/**
 * The words of whatever was thrown, of its innermost cause. Not by `instanceof`: it may come from
 * another realm.
 */
export function wordsOf(thrown: unknown): string {
  const cause = field(thrown, 'cause')
  if (cause !== undefined) return wordsOf(cause)
  const message = field(thrown, 'message')
  return typeof message === 'string' ? message : String(thrown)
}

/** The `code` of a system error (`ECONNREFUSED`), its own or its cause's. */
export function codeOf(thrown: unknown): string | undefined {
  const code = field(thrown, 'code')
  if (typeof code === 'string') return code
  const cause = field(thrown, 'cause')
  return cause === undefined ? undefined : codeOf(cause)
}

export function nameOf(thrown: unknown): string {
  const name = field(thrown, 'name')
  return typeof name === 'string' ? name : ''
}

function field(thrown: unknown, key: 'message' | 'code' | 'cause' | 'name' | 'stack'): unknown {
  if (typeof thrown !== 'object' || thrown === null || !(key in thrown)) return undefined
  return Reflect.get(thrown, key)
}

/**
 * What is said when an error that nobody foresaw ends the process: Node's own words would begin
 * with the line it came from, and of a bundle that is the whole file.
 */
export function unforeseen(thrown: unknown): string {
  const where = field(thrown, 'stack')
  const what = typeof where === 'string' ? where : String(thrown)
  return `murmur: an error that nobody foresaw ended it; please report these lines.\n${what}\n`
}
