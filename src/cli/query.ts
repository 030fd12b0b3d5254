/** A command that asks one agent: it takes --api and --json. */
import { Command, Option } from 'commander'
import type { Queries } from './queries.js'
import type { QueryOptions } from './query-options.js'
import type { Surroundings } from './surroundings.js'

type Work<O> = (
  queries: Queries,
  options: O & QueryOptions,
  args: readonly string[],
) => Promise<void>

/** A command that takes --api and --json; what it does is imported when it is called. */
export function query<O extends object>(
  program: Command,
  around: Surroundings,
  name: string,
  description: string,
  work: Work<O>,
): Command {
  return program
    .command(name)
    .description(description)
    .addOption(
      new Option('--api <HOST:PORT>', 'the agent to ask; a URL or a name such as n2 will do too'),
    )
    .option('--json', 'as JSON; the shape is in docs/api.md and stable')
    .action(async (...given: unknown[]) => {
      const { Queries } = await import('./queries.js')
      const command = given.at(-1)
      if (!(command instanceof Command)) throw new TypeError('an action without its command')
      await work(new Queries(around), command.opts<O & QueryOptions>(), command.args)
    })
}
