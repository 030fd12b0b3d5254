/** A phi curve to play with: the detector of the agents, fed by heartbeats that the sliders describe. */
import { END, phiCurve, type Curve, type Stream } from '../../simulations/lessons/phi.js'
import { button, drawing, placesFor, row, said, shape, slider } from './controls.js'

const WIDTH = 460
const HEIGHT = 260
const LEFT = 34
const RIGHT = 20
const BOTTOM = 30
const TOP = 12
const MOST = 16

const LABEL = 'phi over 50 seconds, with a pause after 20 and the death of the sender after 40'

function x(seconds: number): number {
  return LEFT + (seconds / (END / 1000)) * (WIDTH - LEFT - RIGHT)
}

function y(phi: number): number {
  return HEIGHT - BOTTOM - (Math.min(phi, MOST) / MOST) * (HEIGHT - BOTTOM - TOP)
}

function frame(): SVGElement[] {
  const across = [0, 4, 8, 12, 16].flatMap((phi) => [
    shape('line', { x1: LEFT, y1: y(phi), x2: WIDTH - RIGHT, y2: y(phi), class: 'grid' }),
    shape('text', { x: LEFT - 6, y: y(phi) + 4, 'text-anchor': 'end' }, String(phi)),
  ])
  const along = [0, 10, 20, 30, 40, 50].map((seconds) =>
    shape('text', { x: x(seconds), y: HEIGHT - 8, 'text-anchor': 'middle' }, `${seconds} s`),
  )
  const marks = [20, 40].map((at) =>
    shape('line', {
      x1: x(at),
      y1: TOP,
      x2: x(at),
      y2: y(0),
      class: 'axis',
      'stroke-dasharray': '3 3',
    }),
  )
  const names = [
    shape('text', { x: x(20) + 4, y: TOP + 10 }, 'pause'),
    shape('text', { x: x(40) + 4, y: TOP + 10 }, 'death'),
  ]
  return [...across, ...along, ...marks, ...names]
}

function build(place: HTMLElement): void {
  let seed = 7
  const picture = drawing(WIDTH, HEIGHT, LABEL)
  const words = said()
  const update = (): void => draw()
  const jitter = slider('Irregular by', { min: 0, max: 900, step: 10, from: 60 }, ' ms', update)
  const loss = slider('Lost', { min: 0, max: 60, step: 5, from: 0 }, ' %', update)
  const pause = slider('Pause', { min: 0, max: 8000, step: 250, from: 3000 }, ' ms', update)
  const threshold = slider('Threshold', { min: 1, max: 16, step: 0.5, from: 8 }, '', update)
  const allowed = slider(
    'Silence allowed',
    { min: 0, max: 5000, step: 250, from: 0 },
    ' ms',
    update,
  )
  const again = button('Another run', () => {
    seed++
    update()
  })
  const stream = (): Stream => ({
    jitter: jitter.value,
    loss: loss.value / 100,
    pause: pause.value,
    threshold: threshold.value,
    floor: 100,
    allowed: allowed.value,
    seed,
  })

  function draw(): void {
    const given = stream()
    const curve = phiCurve(given)
    const points = curve.points.map(
      ([seconds, phi]) => `${x(seconds).toFixed(1)},${y(phi).toFixed(1)}`,
    )
    const level = y(given.threshold)
    picture.replaceChildren(
      ...frame(),
      shape('line', {
        x1: LEFT,
        y1: level,
        x2: WIDTH - RIGHT,
        y2: level,
        class: 'line s1',
        'stroke-dasharray': '7 3',
      }),
      shape('polyline', { points: points.join(' '), class: 'line s0' }),
    )
    words.say(verdict(curve))
  }

  const controls = [jitter, loss, pause, threshold, allowed].map(({ element }) => element)
  place.append(picture, words.element, row(...controls, again))
  draw()
}

function verdict({ falseAlarms, detection }: Curve): string {
  const alarms =
    falseAlarms === 0
      ? 'No false alarm'
      : `${falseAlarms} false ${falseAlarms === 1 ? 'alarm' : 'alarms'}`
  const found =
    detection === Infinity
      ? 'the death is not noticed within 10 s'
      : `the death is noticed after ${(detection / 1000).toFixed(2)} s`
  return `${alarms}; ${found}.`
}

for (const place of placesFor('phi')) build(place)
