/**
 * An operator's mistake, or the world's: a stable code, one sentence that says what failed and why,
 * and what to do next. Bugs are assertions and junk is a value; neither of them comes here.
 */

export class OperatorError extends Error {
  override readonly name = 'OperatorError'
  /** Stable, for programs: `port.taken`, `data.locked`. */
  readonly code: string
  /** What to do about it, as a sentence. */
  readonly next: string

  constructor(code: string, message: string, next: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
    this.next = next
  }
}

/**
 * The codes of a system or library error (EADDRINUSE, LEVEL_LOCKED): its own and its causes',
 * outermost first.
 */
export function errorCodes(error: unknown): readonly string[] {
  return chain(error).flatMap(({ code }) => (typeof code === 'string' ? [code] : []))
}

/** The words of whatever was thrown: those of its innermost cause. */
export function errorText(error: unknown): string {
  const words = chain(error).flatMap(({ message }) =>
    typeof message === 'string' ? [message] : [],
  )
  return words.at(-1) ?? String(error)
}

interface ErrorLike {
  readonly code?: unknown
  readonly message?: unknown
}

/**
 * An error and its causes, at most four. Judged by shape: native parts throw errors of another
 * realm.
 */
function chain(error: unknown): readonly ErrorLike[] {
  const links: ErrorLike[] = []
  let next = error
  while (typeof next === 'object' && next !== null && links.length < 4) {
    links.push(next)
    next = 'cause' in next ? next.cause : undefined
  }
  return links
}
