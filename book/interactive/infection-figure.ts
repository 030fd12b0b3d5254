/**
 * An infection to start and to disturb: the toy of chapter 3 in the simulator's own world, a second of
 * the toy in a second of the reader.
 */
import { CALM } from '../../simulations/links.js'
import type { Sent } from '../../simulations/network.js'
import {
  Gossiper,
  type Infected,
  type RumorSettings,
} from '../../simulations/lessons/toys/gossiper.js'
import { village, type Village } from '../../simulations/lessons/toys/toy.js'
import { button, drawing, placesFor, row, said, shape, slider } from './controls.js'

const NODES = 60
const SIZE = 340
const RADIUS = 145
const STEP = 40
const PERIOD = 1000
const SHOWN = 350
const LABEL = `${NODES} nodes in a circle; those that know the rumor are filled, the dead are crossed out`

const still = matchMedia('(prefers-reduced-motion: reduce)')

function place(index: number): { cx: number; cy: number } {
  const angle = (index / NODES) * 2 * Math.PI - Math.PI / 2
  return { cx: SIZE / 2 + RADIUS * Math.cos(angle), cy: SIZE / 2 + RADIUS * Math.sin(angle) }
}

class Infection {
  private readonly picture = drawing(SIZE, SIZE, LABEL)
  private readonly words = said()
  private readonly lines = shape('g', {})
  /** One a node. */
  private readonly dots: readonly SVGElement[]
  private readonly fanOut
  private readonly loss
  private readonly way = document.createElement('select')
  private seed = 1
  private kernel: Village<Gossiper, Infected>
  private startedAt: number | undefined
  private running: ReturnType<typeof setInterval> | undefined

  constructor(into: HTMLElement) {
    this.fanOut = slider('Tells', { min: 1, max: 4, step: 1, from: 1 }, ' a round', () =>
      this.reset(),
    )
    this.loss = slider('Lost', { min: 0, max: 90, step: 10, from: 0 }, ' %', () => this.reset())
    for (const name of ['push', 'pull', 'both']) this.way.append(new Option(name, name))
    this.way.value = 'both'
    this.way.addEventListener('change', () => this.reset())
    this.dots = Array.from({ length: NODES }, (_, i) => shape('circle', { ...place(i), r: 6 }))
    this.picture.append(this.lines, ...this.dots)
    this.kernel = this.fresh()
    const ways = document.createElement('label')
    const name = document.createElement('span')
    name.textContent = 'Way'
    ways.append(name, this.way)
    into.append(
      this.picture,
      this.words.element,
      row(
        button('Start an infection', () => this.start()),
        button('Kill a third', () => this.kill()),
        button('Begin anew', () => this.reset()),
      ),
      row(this.fanOut.element, this.loss.element, ways),
    )
    this.reset()
  }

  private settings(): RumorSettings {
    const way = this.way.value === 'push' || this.way.value === 'pull' ? this.way.value : 'both'
    return { period: PERIOD, fanOut: this.fanOut.value, way, rounds: 0 }
  }

  private fresh(): Village<Gossiper, Infected> {
    const settings = this.settings()
    const link = { ...CALM, loss: this.loss.value / 100 }
    const kernel = village(
      NODES,
      { seed: this.seed++, link },
      (birth) => new Gossiper(settings, birth),
    )
    kernel.network.onSent = (sent) => this.sent(sent)
    return kernel
  }

  private reset(): void {
    this.stop()
    this.kernel = this.fresh()
    this.startedAt = undefined
    this.paint()
    this.words.say('Nobody knows anything yet.')
  }

  private start(): void {
    const ignorant = this.kernel.live.filter(({ node }) => node?.knows === false)
    const [first] = ignorant
    if (first === undefined) return
    this.startedAt ??= this.kernel.now
    this.kernel.tell(first, ['learn'])
    this.running ??= setInterval(() => this.step(), STEP)
    this.words.say('One node knows.')
  }

  private kill(): void {
    this.kernel.live.forEach((host, i) => {
      if (i % 3 === 1) this.kernel.crash(host)
    })
    this.paint()
    this.words.say(
      `${this.kernel.live.length} of ${NODES} nodes are left; the others do not know who.`,
    )
  }

  private step(): void {
    this.kernel.run(STEP)
    this.paint()
    const { live } = this.kernel
    const known = live.filter(({ node }) => node?.knows === true).length
    const rounds = (this.kernel.now - (this.startedAt ?? 0)) / PERIOD
    const messages = this.kernel.hosts.reduce((sum, { packetsSent }) => sum + packetsSent, 0)
    const done = known === live.length
    const text = `${known} of ${live.length} know after ${rounds.toFixed(1)} rounds; ${messages} messages.`
    this.words.say(text, done)
    if (done || rounds > 60) this.stop()
  }

  private stop(): void {
    clearInterval(this.running)
    this.running = undefined
  }

  private paint(): void {
    this.kernel.hosts.forEach(({ node }, i) => {
      const state = node === undefined ? 'dead' : node.knows ? 'knows' : 'ignorant'
      this.dots[i]?.setAttribute('class', `node ${state}`)
    })
  }

  /** A line for each message while it matters: red ones carry the rumor. */
  private sent({ from, to, bytes }: Sent<Gossiper>): void {
    const target = this.kernel.network.at(to)
    if (still.matches || target === undefined || this.running === undefined) return
    const [start, end] = [place(from.index), place(target.index)]
    const rumor = bytes[0] === 114
    const line = shape('line', {
      x1: start.cx,
      y1: start.cy,
      x2: end.cx,
      y2: end.cy,
      class: `message ${rumor ? 'rumor' : 'question'}`,
    })
    this.lines.append(line)
    setTimeout(() => line.remove(), SHOWN)
  }
}

for (const each of placesFor('infection')) new Infection(each)
