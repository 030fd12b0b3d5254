/**
 * What the simulator costs, and what large clusters do in it: `node --import tsx bench/simulator.ts
 * [question] [hosts...]`; without a question all of them at the sizes of the page. Costs are CPU
 * time of this process. `growth` goes up to 10,000 hosts, and draws bench/simulator-growth.svg.
 */
import { writeFileSync } from 'node:fs'
import { Inspector } from '../simulations/checks/inspector.js'
import { properties } from '../simulations/checks/properties.js'
import { Heap } from '../simulations/heap.js'
import type { VirtualHost } from '../simulations/host.js'
import type { Scenario } from '../simulations/scenario.js'
import { World } from '../simulations/world.js'
import type { Millis } from '../src/base/machine.js'
import type { NodeEvent } from '../src/cluster/node.js'
import { growthPlot, type Cost } from './simulator-plot.js'

const HELD = 20_000
const EVENTS = 3_000_000
/** About so many are sent; a host at rest sends so many a second, and the compiler warms up. */
const MESSAGES = 300_000
const A_SECOND = 3.8

/** What checkers are told of it: so many who have known each other all along. */
function scenarioOf(count: number): Scenario {
  const nodes = Array.from({ length: count }, (_, index) => ({
    name: `n${index}`,
    dc: 'dc1',
    rack: 'rack1',
    startAt: 0,
  }))
  const settings = { profile: 'lan' } as const
  return {
    name: 'bench',
    nodes,
    settled: true,
    links: [],
    settings,
    steps: [],
    trouble: 0,
    calm: 0,
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

function timed(work: () => void): number {
  const from = cpuSeconds()
  work()
  return cpuSeconds() - from
}

/** Each event taken puts another a little later: the heap keeps its size. */
function heapPace(): void {
  const heap = new Heap<undefined>()
  let state = 1
  const wait = (): number => (state = Math.imul(state, 1664525) + 1013904223) >>> 12
  for (let i = 0; i < HELD; i++) heap.push(wait(), 1, i, 0, undefined)
  const seconds = timed(() => {
    for (let i = 0; i < EVENTS; i++) {
      heap.take()
      heap.push(heap.time + wait(), 1, heap.a, 0, undefined)
    }
  })
  console.log(`heap of ${HELD}: ${(EVENTS / seconds / 1e6).toFixed(1)} M events/s`)
}

interface Heard {
  readonly at: Millis
  readonly by: string
  readonly event: NodeEvent
}

/** A world, what its nodes said of views and cuts, and how many messages they sent. */
class Stage {
  readonly world = new World({ seed: 1 })
  readonly inspector: Inspector | undefined
  /** Bounded by the length of the run. */
  readonly heard: Heard[] = []
  sent = 0

  /** @param scenario what checkers are told of it; null: there are none */
  constructor(scenario: Scenario | null) {
    const { world } = this
    const checked = scenario !== null
    if (checked) this.inspector = new Inspector(world, scenario, 'world', properties)
    const { onTold } = world
    const { onSent } = world.network
    world.network.onSent = (message) => {
      this.sent++
      onSent?.(message)
    }
    world.onTold = (told) => {
      if (checked) onTold(told)
      const { kind } = told.event
      if (kind === 'view.changed' || kind === 'cut.detected' || kind === 'member.down')
        this.heard.push(told)
    }
  }

  settled(count: number): readonly VirtualHost[] {
    for (let i = 0; i < count; i++) this.world.add(`n${i}`)
    this.world.settle(this.world.hosts)
    return this.world.hosts
  }

  /** Lets time pass, and says what it cost. @returns CPU seconds */
  pass(what: string, span: Millis): number {
    this.sent = 0
    const seconds = timed(() => {
      this.world.run(span)
    })
    const gigabytes = (process.memoryUsage().rss / 1e9).toFixed(2)
    const pace = `${(this.sent / seconds / 1000).toFixed(0)} k messages/s`
    const times = `${(span / 1000 / seconds).toFixed(1)} x real time`
    console.log(`  ${what}: ${seconds.toFixed(2)} s, ${pace}, ${times}, ${gigabytes} GB`)
    return seconds
  }

  /** What was heard of one kind since then. */
  of(kind: NodeEvent['kind'], since: Millis): Heard[] {
    return this.heard.filter(({ at, event }) => at >= since && event.kind === kind)
  }
}

/** Rest, a crash, rest again. */
function crash(count: number, checked: boolean): Cost {
  console.log(`${count} hosts${checked ? ', all checkers' : ''}`)
  const stage = new Stage(checked ? scenarioOf(count) : null)
  console.log(`  settle: ${timed(() => void stage.settled(count)).toFixed(2)} s`)
  stage.pass('warm up', 2000)
  const rest = stage.pass('at rest', 20_000)
  stage.world.crash(stage.world.host(`n${Math.floor(count / 2)}`))
  const fall = stage.pass('a crash', 20_000)
  stage.pass('after it', 20_000)
  const cuts = stage.of('cut.detected', 0).length
  const first = stage.inspector?.violations[0]
  const broken = first === undefined ? '' : `, BROKEN: ${JSON.stringify(first)}`
  console.log(`  ${cuts} told of a cut${broken}, trace ${stage.world.traceHash}`)
  return { hosts: count, rest: rest / 20, crash: fall / 20 }
}

/** Messages of so many hosts at rest, without checkers and with all of them. */
function messages(count: number): void {
  for (const checked of [false, true]) {
    console.log(`${MESSAGES} messages of ${count} hosts${checked ? ', all checkers' : ''}`)
    const stage = new Stage(checked ? scenarioOf(count) : null)
    stage.settled(count)
    stage.pass('warm up', (MESSAGES / count / A_SECOND) * 50)
    stage.pass('at rest', (MESSAGES / count / A_SECOND) * 1000)
    if (stage.inspector !== undefined)
      console.log(`  ${stage.inspector.violations.length} violations`)
  }
}

/** All start at once, by one seed: until each knows all. */
function bootstrap(count: number): void {
  const stage = new Stage(null)
  const { world } = stage
  const hosts = Array.from({ length: count }, (_, index) => world.add(`n${index}`))
  const seeds = hosts.slice(0, 1).map(({ address }) => address)
  const from = cpuSeconds()
  hosts.forEach((host, index) => void world.start(host, index === 0 ? [] : seeds))
  const whole = (): boolean => hosts.every(({ node }) => node?.table.present === count)
  const took = world.until(whole, 60_000, 250)
  world.run(8000)
  const views = stage.heard.flatMap(({ event }) => (event.kind === 'view.changed' ? [event] : []))
  const sizes = [...new Set(views.map(({ size }) => size))].sort((a, b) => a - b)
  const cpu = (cpuSeconds() - from).toFixed(1)
  console.log(
    `bootstrap of ${count}: whole after ${took ?? 'more than 60,000'} ms, ${sizes.length} sizes ` +
      `in ${views.length} views (${sizes.join(', ')}), ${cpu} s CPU`,
  )
}

/** One more joins a settled cluster: until the last view of it is published. */
function join(count: number): void {
  const stage = new Stage(null)
  const { world } = stage
  const hosts = stage.settled(count)
  world.run(5000)
  const since = world.now
  const seeds = hosts.slice(0, 3).map(({ address }) => address)
  world.start(world.add('late'), seeds)
  world.run(10_000)
  const times = stage.of('view.changed', since).map(({ at }) => at - since)
  const last = Math.max(...times).toFixed(0)
  console.log(`join of 1 to ${count}: published by ${times.length}, the last after ${last} ms`)
}

/** Ten crash at once: the cuts that the others tell of. */
function ten(count: number): void {
  const stage = new Stage(null)
  const { world } = stage
  const hosts = stage.settled(count)
  world.run(15_000)
  const since = world.now
  for (let i = 0; i < 10; i++) {
    const victim = hosts[Math.floor((i + 0.5) * (count / 10))]
    if (victim !== undefined) world.crash(victim)
  }
  world.run(30_000)
  const cuts = stage.of('cut.detected', since)
  const tellers = new Map<string, number>()
  for (const { by } of cuts) tellers.set(by, (tellers.get(by) ?? 0) + 1)
  const once = [...tellers.values()].filter((times) => times === 1).length
  const ids = new Set(
    cuts.flatMap(({ event }) => (event.kind === 'cut.detected' ? [event.id] : [])),
  )
  const last = Math.max(...cuts.map(({ at }) => at - since)).toFixed(0)
  console.log(
    `10 of ${count} crash: ${once} of ${count - 10} told of one cut, ${ids.size} different cuts, ` +
      `the last after ${last} ms`,
  )
}

/** What a settled cluster sends, headers included, by second and host. */
function bytes(count: number, seconds: number): void {
  const stage = new Stage(null)
  const { world } = stage
  const hosts = stage.settled(count)
  world.run(10_000)
  let most = 0
  let sum = 0
  for (let second = 0; second < seconds; second++) {
    const before = hosts.map(({ bytesSent }) => bytesSent)
    world.run(1000)
    hosts.forEach(({ bytesSent }, index) => {
      const spent = bytesSent - (before[index] ?? 0)
      sum += spent
      most = Math.max(most, spent)
    })
  }
  const mean = (sum / seconds / count).toFixed(0)
  console.log(`${count} at rest, ${seconds} s: ${mean} B/s a host, at most ${most} B in one second`)
}

/** Bounded by the sizes asked for. */
const costs: Cost[] = []

const QUESTIONS: Record<string, (count: number) => void> = {
  heap: heapPace,
  crash: (count) => {
    crash(count, false)
  },
  checked: (count) => {
    crash(count, true)
  },
  messages,
  growth: (count) => {
    costs.push(crash(count, false))
  },
  bootstrap,
  join,
  ten,
  bytes: (count) => {
    bytes(count, 600)
  },
}

const SIZES: Record<string, readonly number[]> = {
  heap: [0],
  crash: [10, 100, 1000],
  checked: [10, 100, 1000],
  messages: [20, 50],
  growth: [10, 100, 1000, 4000, 10_000],
  bootstrap: [200],
  join: [1000],
  ten: [1000],
  bytes: [1000],
}

const [question, ...sizes] = process.argv.slice(2)
for (const [name, ask] of Object.entries(QUESTIONS)) {
  if (question !== undefined && question !== name) continue
  for (const count of sizes.length > 0 ? sizes.map(Number) : (SIZES[name] ?? [])) ask(count)
}
if (costs.length > 1) writeFileSync('bench/simulator-growth.svg', growthPlot(costs))
