/**
 * What the simulator costs: `node --import tsx bench/simulator.ts [hosts...]`. The heap alone, then
 * settled clusters at rest and after a crash, in CPU time of this process. 10,000 hosts need
 * `--max-old-space-size=12000`.
 */
import { Heap } from '../simulations/heap.js'
import { World } from '../simulations/world.js'

const HELD = 20_000
const EVENTS = 3_000_000

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
function heapPace(): number {
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
  return EVENTS / seconds
}

interface Phase {
  readonly what: string
  readonly virtual: number
  readonly run: (world: World) => void
}

function phases(count: number): readonly Phase[] {
  return [
    { what: 'settle', virtual: 0, run: (world) => world.settle(world.hosts) },
    { what: 'warm up', virtual: 2, run: (world) => world.run(2000) },
    { what: 'at rest', virtual: 20, run: (world) => world.run(20_000) },
    {
      what: 'a crash',
      virtual: 20,
      run: (world) => {
        world.crash(world.host(`n${Math.floor(count / 2)}`))
        world.run(20_000)
      },
    },
  ]
}

function cluster(count: number): void {
  const world = new World({ seed: 1 })
  let sent = 0
  let cuts = 0
  world.network.onSent = () => sent++
  world.onTold = ({ event }) => {
    if (event.kind === 'cut.detected') cuts++
  }
  for (let i = 0; i < count; i++) world.add(`n${i}`)
  for (const { what, virtual, run } of phases(count)) {
    sent = 0
    const seconds = timed(() => {
      run(world)
    })
    const gigabytes = (process.memoryUsage().rss / 1e9).toFixed(2)
    const pace = `${(sent / seconds / 1000).toFixed(0)} k messages/s`
    const times = `${(virtual / seconds).toFixed(1)} x real time`
    console.log(
      `${count} hosts, ${what}: ${seconds.toFixed(2)} s, ${pace}, ${times}, ${gigabytes} GB`,
    )
  }
  console.log(`${count} hosts: ${cuts} told of a cut, trace ${world.traceHash}`)
}

console.log(`heap of ${HELD}: ${(heapPace() / 1e6).toFixed(1)} M events/s`)
const wanted = process.argv.slice(2).map(Number)
for (const count of wanted.length > 0 ? wanted : [10, 30, 100, 300, 1000]) cluster(count)
