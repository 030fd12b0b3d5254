/** `murmur replay`: reads a segment, runs it again, and says what it found. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Recording } from '../../agent/recording/recording.js'
import { Replayer, type Until } from '../../agent/recording/replay.js'
import { release } from '../../agent/release.js'
import { CommandFailure, wordsOf, wrongUse } from '../failure.js'
import { coloursFor, type Surroundings } from '../surroundings.js'
import type { ReplayFlags } from './flags.js'
import { reportLines } from './report-lines.js'
import { reportOf, type Report } from './report.js'
import { NodeLegend, stepLines } from './step-lines.js'

export async function replayFile(
  file: string,
  flags: ReplayFlags,
  around: Surroundings,
): Promise<void> {
  const recording = Recording.open(await contentOf(file, around.cwd), file, release())
  const replayer = new Replayer(recording)
  const replay = replayer.run(
    untilOf(flags, replayer, recording.head.now),
    tracing(flags, around, recording),
  )
  const report = reportOf(file, recording, replayer, replay)
  const lines = flags.json
    ? [JSON.stringify(report, null, 2)]
    : reportLines(report, coloursFor(around))
  around.out.write(`${lines.join('\n')}\n`)
  const sentence = failureOf(report, flags)
  if (sentence !== undefined) throw new CommandFailure(sentence)
}

async function contentOf(file: string, cwd: string): Promise<Uint8Array> {
  try {
    return await readFile(resolve(cwd, file))
  } catch (error) {
    throw new CommandFailure(`${file} cannot be read: ${wordsOf(error)}.`)
  }
}

function untilOf({ until, untilEvent }: ReplayFlags, replayer: Replayer, began: number): Until {
  if (until !== undefined && untilEvent !== undefined)
    throw wrongUse('give --until or --until-event, not both: the replay stops once.')
  if (untilEvent !== undefined) return { kind: 'event', event: untilEvent }
  if (until === undefined) return { kind: 'end' }
  const start = replayer.wall(began)
  if (until.kind === 'after') return { kind: 'time', wall: start + until.millis }
  if (until.wall >= start) return { kind: 'time', wall: until.wall }
  throw new CommandFailure(
    `the file begins at ${new Date(start).toISOString()}, after that time: ` +
      'replay the segment before it (FILE.1, FILE.2 and so on, by number).',
  )
}

function tracing(
  flags: ReplayFlags,
  around: Surroundings,
  { head, node }: Recording,
): Parameters<Replayer['run']>[1] {
  if (!flags.trace) return undefined
  const legend = new NodeLegend(node)
  const out = flags.json ? around.err : around.out
  return (step) => out.write(`${stepLines(step, head.now, legend).join('\n')}\n`)
}

/** Why the command fails although it has printed what it found. */
function failureOf(report: Report, { untilEvent }: ReplayFlags): string | undefined {
  const { stopped, file, step, steps, difference, recordedHash, traceHash } = report
  if (stopped === 'difference')
    return `step ${difference?.step ?? 0} differs from its record: this build decides otherwise.`
  if (stopped === 'damaged')
    return `${file} is damaged behind step ${step}; what is above is whole.`
  if (stopped === 'time' || stopped === 'event') return undefined
  if (stopped === 'end' && recordedHash !== traceHash)
    return `the trace hash differs from the recorded one: ${file} is not what was written.`
  if (untilEvent === undefined) return undefined
  return `no ${untilEvent} was told in these ${steps} steps; --trace shows what was.`
}
