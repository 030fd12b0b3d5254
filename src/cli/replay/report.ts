/** What a replay found, as the JSON that `murmur replay --json` prints (docs/recording.md). */
import { explanationOf, type Explanation } from '../../agent/api/explain.js'
import type { Recording } from '../../agent/recording/recording.js'
import type { Replay, Replayer } from '../../agent/recording/replay.js'
import type { ClusterStatus } from '../../cluster/status.js'
import { inputWords, effectLines, NodeLegend, outcomeLines } from './step-lines.js'

export interface Report {
  readonly file: string
  readonly release: string
  readonly node: string
  readonly hostId: string
  readonly segment: number
  /** Wall times, ISO 8601. */
  readonly began: string
  readonly at: string
  /** Steps of this segment that were the same. */
  readonly steps: number
  /** Number of the last of them, over all segments. */
  readonly step: number
  /** Why it went no further. */
  readonly stopped: 'end' | 'cut' | 'damaged' | 'time' | 'event' | 'difference'
  readonly traceHash: string
  /** As the agent wrote it down at an orderly end; null where this replay did not get there. */
  readonly recordedHash: string | null
  readonly difference: DifferenceReport | null
  readonly status: ClusterStatus
  readonly evidence: readonly Explanation[]
  readonly health: number
  readonly counters: Readonly<Record<string, number>>
}

export interface DifferenceReport {
  readonly step: number
  readonly at: string
  readonly input: string
  readonly expected: readonly string[]
  readonly found: readonly string[]
}

export function reportOf(
  file: string,
  { head, node }: Recording,
  replayer: Replayer,
  { stop, steps, now, traceHash }: Replay,
): Report {
  const iso = (time: number): string => new Date(replayer.wall(time)).toISOString()
  const view = node.view(now)
  const end = stop.kind === 'end' ? stop.end : undefined
  return {
    file,
    release: head.release,
    node: head.name,
    hostId: head.hostId,
    segment: head.number,
    began: iso(head.now),
    at: iso(now),
    steps,
    step: head.steps + steps,
    stopped: end === undefined || end.kind === 'whole' ? stop.kind : end.kind,
    traceHash,
    recordedHash: end?.kind === 'whole' ? end.hash : null,
    difference: stop.kind === 'difference' ? differenceOf(stop, node, iso) : null,
    status: node.status(now),
    evidence: view.members.map((member) => explanationOf(member, node.evidence(member.hostId))),
    health: view.health,
    counters: view.counters,
  }
}

function differenceOf(
  { difference }: Extract<Replay['stop'], { kind: 'difference' }>,
  node: Recording['node'],
  iso: (time: number) => string,
): DifferenceReport {
  const legend = new NodeLegend(node)
  const { number, now, outcome } = difference
  return {
    step: number,
    at: iso(now),
    input: inputWords(difference, legend),
    expected: outcomeLines(difference.expected),
    found: effectLines(difference, legend).map((line, i) => {
      const print = outcome.kind === 'effects' ? outcome.prints[i] : undefined
      return print === undefined ? line : `${line} [checksum ${print.sum.toString(16)}]`
    }),
  }
}
