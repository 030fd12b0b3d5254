/**
 * A contract as cases that any test runner can run: `for (const { name, run } of cases) test(name,
 * run)`. A case rejects with what was expected and what was found. Randomised ones name their seed.
 */

export interface Case {
  readonly name: string
  readonly run: () => Promise<void>
}

/** One subject under test, fresh for each case. */
export interface Trial<Subject> {
  readonly subject: Subject
  /** Closes it and opens the same again; absent where nothing is kept. */
  readonly reopen?: () => Promise<Subject>
  /** Throws it away. */
  end(): Promise<void>
}

export type Make<Subject> = () => Promise<Trial<Subject>>

/** What a subject does that its contract forbids. */
export class ContractError extends Error {
  override readonly name = 'ContractError'
}

export function expectThat(holds: boolean, expected: string): asserts holds {
  if (!holds) throw new ContractError(`expected ${expected}`)
}

/** Compared as text, so that what differs can be read. */
export function expectSame(found: unknown, wanted: unknown, what: string): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)]
  if (a !== b) throw new ContractError(`${what}: expected ${b}, found ${a}`)
}

/** The error that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>, what: string): Promise<unknown> {
  const outcome = await promise.then(
    () => ({ error: undefined }),
    (error: unknown) => ({ error }),
  )
  if (outcome.error === undefined) throw new ContractError(`expected ${what} to reject`)
  return outcome.error
}

/** A case on a fresh subject, which is thrown away whatever happens. */
export function caseOn<Subject>(
  make: Make<Subject>,
  name: string,
  body: (subject: Subject, trial: Trial<Subject>) => Promise<void>,
): Case {
  return {
    name,
    run: async () => {
      const trial = await make()
      try {
        await body(trial.subject, trial)
      } finally {
        await trial.end()
      }
    },
  }
}
