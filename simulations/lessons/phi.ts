/**
 * phi over a minute of heartbeats, by the very detector that an agent runs: a network that
 * delays and loses them, a pause of the sender, and at the end its death.
 */
import type { Millis } from '../../src/base/machine.js'
import { ln } from '../../src/base/math.js'
import { Random } from '../../src/base/random.js'
import { Accrual } from '../../src/gossip/phi.js'
import { fixed, lesson, seed, page } from './lesson.js'
import { plot } from './plot.js'

const options = {
  jitter: {
    kind: 'number',
    unit: 'ms',
    default: 60,
    min: 0,
    max: 1000,
    why: 'mean of the random part of the delay of a heartbeat',
  },
  loss: {
    kind: 'number',
    unit: '',
    default: 0,
    min: 0,
    max: 0.9,
    fraction: true,
    why: 'share of heartbeats that are lost',
  },
  pause: {
    kind: 'number',
    unit: 'ms',
    default: 2500,
    min: 0,
    max: 10_000,
    why: 'how long the sender stands still after 20 s',
  },
  threshold: {
    kind: 'number',
    unit: '',
    default: 8,
    min: 0.5,
    max: 20,
    fraction: true,
    why: 'phi at which somebody acts',
  },
  floor: {
    kind: 'number',
    unit: 'ms',
    default: 100,
    min: 1,
    max: 2000,
    why: 'smallest standard deviation that is believed',
  },
  allowed: {
    kind: 'number',
    unit: 'ms',
    default: 0,
    min: 0,
    max: 5000,
    why: 'silence beyond the mean that is acceptable in any case',
  },
  seed,
} as const

const INTERVAL: Millis = 1000
const PAUSE_AT: Millis = 20_000
export const DEATH_AT: Millis = 40_000
export const END: Millis = 50_000
const STEP: Millis = 50
const WINDOW = 64

export interface Stream {
  readonly jitter: Millis
  readonly loss: number
  readonly pause: Millis
  readonly threshold: number
  readonly floor: Millis
  readonly allowed: Millis
  readonly seed: number
}

export interface Curve {
  /** Time in seconds and phi. */
  readonly points: readonly (readonly [seconds: number, phi: number])[]
  /** Times phi passed the threshold while the sender lived. */
  readonly falseAlarms: number
  /** From its death until phi passed the threshold; Infinity: not in this time. */
  readonly detection: Millis
}

/** When heartbeats arrive: sent each second, late by chance, some never. */
function arrivals(stream: Stream): Millis[] {
  const random = Random.from(stream.seed).fork('heartbeats')
  const found: Millis[] = []
  for (let sent = 0; sent < DEATH_AT; sent += INTERVAL) {
    const held = sent >= PAUSE_AT && sent < PAUSE_AT + stream.pause
    const late = -ln(1 - random.between(0, 1)) * stream.jitter
    const lost = random.between(0, 1) < stream.loss
    if (!lost) found.push((held ? PAUSE_AT + stream.pause : sent) + late)
  }
  return found.sort((a, b) => a - b)
}

// ANCHOR: phi-curve
/** Feeds the arrivals to the detector and reads phi twenty times a second. */
export function phiCurve(stream: Stream): Curve {
  const settings = { phiWindow: WINDOW, phiFloor: stream.floor, phiPause: stream.allowed }
  const detector = new Accrual(settings, INTERVAL, 0)
  const waiting = arrivals(stream)
  const points: [number, number][] = []
  let [falseAlarms, detection, above] = [0, Infinity, false]
  for (let now = 0; now <= END; now += STEP) {
    while ((waiting[0] ?? Infinity) <= now) detector.arrive(waiting.shift() ?? now)
    const phi = detector.phi(now)
    points.push([now / 1000, phi])
    if (phi >= stream.threshold && !above && now < DEATH_AT) falseAlarms++
    if (phi >= stream.threshold && now >= DEATH_AT) detection = Math.min(detection, now - DEATH_AT)
    above = phi >= stream.threshold
  }
  return { points, falseAlarms, detection }
}
// ANCHOR_END: phi-curve

const RUNS = 20

export const phi = lesson(
  'phi',
  'what phi says while heartbeats come late, get lost, pause and end',
  options,
  (stream) => {
    const shown = phiCurve(stream)
    const runs = Array.from({ length: RUNS }, (_, i) => phiCurve({ ...stream, seed: i + 1 }))
    const alarms = runs.reduce((sum, run) => sum + run.falseAlarms, 0)
    const times = runs.map((run) => run.detection).sort((a, b) => a - b)
    const median = times[RUNS / 2] ?? Infinity
    const seconds = (time: Millis): string =>
      time === Infinity ? 'not within 10 s' : `${fixed(time / 1000, 2)} s`
    return {
      text: page(
        [`Heartbeats each second; a pause of ${stream.pause} ms after 20 s, death after 40 s.`],
        [
          ['', 'this run', `${RUNS} runs`],
          ['false alarms', shown.falseAlarms, alarms],
          ['death noticed after', seconds(shown.detection), seconds(median)],
          ['highest phi before', fixed(highest(shown)), ''],
        ],
      ),
      measures: {
        falseAlarms: shown.falseAlarms,
        falseAlarmsInAll: alarms,
        detection: shown.detection / 1000,
        medianDetection: median / 1000,
        highest: Math.round(highest(shown) * 10) / 10,
      },
      figure: drawn(stream, shown),
    }
  },
)

function highest({ points }: Curve): number {
  const before = points.filter(([seconds]) => seconds * 1000 < DEATH_AT)
  return before.reduce((most, [, value]) => Math.max(most, value), 0)
}

function drawn({ threshold }: Stream, { points }: Curve): string {
  return plot({
    title: 'phi over 50 seconds: a saw of heartbeats, a peak in the pause, a climb after the death',
    x: { label: 'seconds', from: 0, to: 50, ticks: [0, 10, 20, 30, 40, 50] },
    y: { label: 'phi', from: 0, to: 16, ticks: [0, 4, 8, 12, 16] },
    series: [
      { name: 'phi', points },
      {
        name: `threshold ${threshold}`,
        points: [
          [0, threshold],
          [50, threshold],
        ],
      },
    ],
    marks: [
      { x: 20, label: 'pause' },
      { x: 40, label: 'death' },
    ],
  })
}
