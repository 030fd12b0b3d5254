/**
 * `explain` as a story: what the verdict is, since when, who accused, and the evidence in the order
 * it came.
 */
import type { EvidenceLine, Explanation } from '../answers.js'
import type { Colours } from '../surroundings.js'
import { plain } from '../surroundings.js'
import { phiText } from './phi.js'
import { tableLines } from './table.js'
import { ago, clockTime, dayAndTime } from './time.js'

const VERDICTS: Readonly<Record<string, string>> = {
  up: 'is up',
  suspect: 'is suspected',
  down: 'is down',
  left: 'has left',
  removed: 'was removed',
  replaced: 'was replaced',
}

/** @param asked where the answer came from, for the last line */
export function storyLines(
  story: Explanation,
  asked: string,
  now: number,
  colours: Colours = plain,
): string[] {
  return [
    headline(story, now, colours),
    `Host ID ${story.hostId}`,
    ...accusation(story),
    '',
    ...evidenceLines(story.evidence, now, colours),
    '',
    `This is what the agent at ${asked} knows; ask another with --api.`,
  ]
}

function headline(story: Explanation, now: number, colours: Colours): string {
  const verdict = VERDICTS[story.verdict] ?? `is ${story.verdict}`
  const { since } = story
  const when = since === null ? '' : ` since ${dayAndTime(since)} (${ago(since, now)})`
  return `${colours.bold(story.node)} ${paintFor(story.verdict, colours)(verdict)}${when}.`
}

function paintFor(verdict: string, colours: Colours): (text: string) => string {
  if (verdict === 'up') return colours.green
  return verdict === 'suspect' ? colours.yellow : colours.red
}

/** The others are in the evidence. */
const ACCUSERS_SHOWN = 3

/** Entries of these kinds end what was said before them. */
const ACQUITTALS = new Set(['up', 'refuted'])

/** Who accused it since it last proved to be alive; each once, with the phi of its first word. */
export function accusers(evidence: readonly EvidenceLine[]): EvidenceLine[] {
  const from = evidence.findLastIndex((entry) => ACQUITTALS.has(entry.kind))
  const recent = evidence.slice(from + 1).filter((entry) => entry.phi !== null)
  return recent.filter((entry, i) => recent.findIndex((other) => other.by === entry.by) === i)
}

function accusation(story: Explanation): string[] {
  if (story.verdict !== 'down' && story.verdict !== 'suspect') return []
  const named = accusers(story.evidence).map(
    (entry) => `${entry.by ?? 'somebody'} at ${clockTime(entry.time)} (phi ${phiText(entry.phi)})`,
  )
  if (named.length === 0) return ['Nobody accused it here: the verdict was heard as it is.']
  const more = named.length - ACCUSERS_SHOWN
  const rest = more > 0 ? ` and ${more} more` : ''
  return [`Accused by ${named.slice(0, ACCUSERS_SHOWN).join(', ')}${rest}.`]
}

function evidenceLines(evidence: readonly EvidenceLine[], now: number, colours: Colours): string[] {
  if (evidence.length === 0) return ['There is no evidence: nothing has changed since it was met.']
  const rows = evidence.map((entry) => [
    clockTime(entry.time),
    ago(entry.time, now),
    entry.kind,
    entry.by ?? '',
    phiText(entry.phi),
    entry.detail,
  ])
  const [head = '', ...lines] = tableLines([['Time', 'Ago', 'What', 'Says', 'Phi', 'Why'], ...rows])
  return ['Evidence, oldest first:', colours.dim(head.trimEnd()), ...lines.map((l) => l.trimEnd())]
}
