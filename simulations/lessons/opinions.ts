/** What eight nodes believe about one of them, while a link is cut and later the node dies. */
import { at } from '../../src/base/assert.js'
import type { Address, Millis } from '../../src/base/machine.js'
import { fixed, lesson, seed, page } from './lesson.js'
import { timeline, type Band } from './timeline.js'
import { Heartbeater, type Opinion } from './toys/heartbeater.js'
import { later, village, type Village } from './toys/toy.js'

const options = {
  nodes: {
    kind: 'number',
    unit: 'nodes',
    default: 8,
    min: 3,
    max: 20,
    why: 'nodes, n5 or the last of them being the one they talk about',
  },
  timeout: {
    kind: 'number',
    unit: 'ms',
    default: 3000,
    min: 1100,
    max: 20_000,
    why: 'silence after which a node is believed to be down',
  },
  cut: {
    kind: 'number',
    unit: 'ms',
    default: 8000,
    min: 0,
    max: 15_000,
    why: 'how long the link to n1 is cut, from 5 s on',
  },
  loss: {
    kind: 'number',
    unit: '',
    default: 0.2,
    min: 0,
    max: 0.9,
    fraction: true,
    why: 'share of messages that are lost on every link',
  },
  seed,
} as const

const PERIOD: Millis = 1000
const CUT_AT: Millis = 5000
const DEATH_AT: Millis = 22_000
const END: Millis = 32_000
const SUBJECT = 5

export const opinions = lesson(
  'opinions',
  'what several nodes believe about one of them at the same time',
  options,
  ({ nodes, timeout, cut, loss, seed }) => {
    const settings = { period: PERIOD, timeout }
    const kernel = village(
      nodes,
      { seed, link: { loss } },
      (birth) => new Heartbeater(settings, birth),
    )
    const subject = `n${Math.min(SUBJECT, nodes)}`
    later(kernel, CUT_AT, { kind: 'cut', from: [subject], to: ['n1'], span: cut })
    later(kernel, DEATH_AT, { kind: 'crash', nodes: [subject] })
    kernel.run(END)
    const observers = kernel.hosts.map(({ name }) => name).filter((name) => name !== subject)
    const rows = observers.map((name) => {
      const bands = beliefs(kernel, name, kernel.host(subject).address)
      return { name, bands }
    })
    const learnt = rows.map(({ bands }) => at(bands, bands.length - 1).from)
    const [first, last] = [Math.min(...learnt), Math.max(...learnt)]
    const wrong = rows.map(({ bands }) => wronglyDown(bands))
    const divided = dividedFor(rows.map(({ bands }) => bands))
    return {
      text: page(
        [
          `${nodes} nodes, heartbeats each second.`,
          `The link from ${subject} to n1 is cut at 5 s, ${subject} dies at 22 s.`,
        ],
        [
          ['observer', `believes ${subject} down from`, 'wrongly for'],
          ...observers.map((name, i) => [name, `${fixed(at(learnt, i), 2)} s`, said(at(wrong, i))]),
        ],
        `The observers disagreed for ${fixed(divided, 2)} s of ${END / 1000}.`,
      ),
      measures: {
        wrongly1: Number(fixed(at(wrong, 0), 2)),
        first: Number(fixed(first, 2)),
        last: Number(fixed(last, 2)),
        spread: Number((last - first).toFixed(2)),
        divided: Number(divided.toFixed(2)),
      },
      figure: drawn(subject, rows),
    }
  },
)

function drawn(subject: string, rows: readonly { name: string; bands: readonly Band[] }[]): string {
  return timeline({
    title: `What each observer believes about ${subject}: only n1 thinks it down while cut off`,
    from: 0,
    to: END / 1000,
    ticks: [0, 5, 10, 15, 20, 25, 30],
    states: ['believes up', 'believes down'],
    rows,
    marks: [
      { x: CUT_AT / 1000, label: 'cut' },
      { x: DEATH_AT / 1000, label: 'death' },
    ],
  })
}

function said(seconds: number): string {
  return seconds === 0 ? '-' : `${fixed(seconds, 2)} s`
}

/** What one observer believed about a peer, from the beginning to the end. */
function beliefs(
  kernel: Village<Heartbeater, Opinion>,
  observer: string,
  subject: Address,
): Band[] {
  const changes = kernel.told.filter(({ by, event }) => by === observer && event.peer === subject)
  const bands: Band[] = []
  let [from, state] = [0, 0]
  for (const { at: time, event } of changes) {
    const moment = Number((time / 1000).toFixed(3))
    bands.push({ from, to: moment, state })
    ;[from, state] = [moment, event.kind === 'down' ? 1 : 0]
  }
  return [...bands, { from, to: END / 1000, state }]
}

function wronglyDown(bands: readonly Band[]): number {
  const early = bands.filter(({ state, from }) => state === 1 && from < DEATH_AT / 1000)
  return early.reduce((sum, { from, to }) => sum + Math.min(to, DEATH_AT / 1000) - from, 0)
}

/** How long not all believed the same. */
function dividedFor(rows: readonly (readonly Band[])[]): number {
  const moments = rows.flatMap((bands) => bands.map(({ from }) => from)).sort((a, b) => a - b)
  let sum = 0
  moments.forEach((from, i) => {
    const states = new Set(rows.map((bands) => stateAt(bands, from)))
    if (states.size > 1) sum += (moments[i + 1] ?? END / 1000) - from
  })
  return sum
}

function stateAt(bands: readonly Band[], time: number): number {
  return bands.find(({ from, to }) => from <= time && time < to)?.state ?? 0
}
