/** `murmur replay`: the flags stand here, the work is imported when it is called. */
import { InvalidArgumentError, type Command } from 'commander'
import type { ReplayFlags } from './replay/flags.js'
import type { Surroundings } from './surroundings.js'

const NOTES = `
A recording is what \`murmur agent --record FILE\` writes. FILE is its newest segment, FILE.1,
FILE.2 and so on those before it; each can be replayed by itself. TIME is +SECONDS after the
beginning of the file, or a date and time such as 2026-03-01T08:33:12.5Z; one without a zone is that
of this machine.
Exits 1 when the run differs from its record, or the file cannot be read.

Examples:
  murmur replay n1.rec
  murmur replay n1.rec --until-event member.down
  murmur replay n1.rec --until +12.5 --trace
  murmur replay n1.rec.3 --until 2026-03-01T08:33:12Z --json
`

export function replayCommand(program: Command, around: Surroundings): void {
  program
    .command('replay')
    .description('run a recorded agent again, and look at it at any moment')
    .argument('<FILE>', 'a segment of a recording')
    .option('--until <TIME>', 'stop before the first step after this time', readTime)
    .option('--until-event <KIND>', 'stop after the step that tells such an event (member.down)')
    .option('--trace', 'list the steps')
    .option('--json', 'as JSON; the shape is in docs/recording.md and stable')
    .addHelpText('after', NOTES)
    .action(async (file: string, flags: ReplayFlags) => {
      const { replayFile } = await import('./replay/work.js')
      await replayFile(file, flags, around)
    })
}

function readTime(text: string): ReplayFlags['until'] {
  const seconds = /^\+(\d+(?:\.\d+)?)s?$/.exec(text)?.[1]
  if (seconds !== undefined) return { kind: 'after', millis: Number(seconds) * 1000 }
  const wall = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN
  if (!Number.isNaN(wall)) return { kind: 'at', wall }
  throw new InvalidArgumentError('Give +SECONDS or a time such as 2026-03-01T08:33:12.5Z.')
}
