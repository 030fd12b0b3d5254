/**
 * Started by `bench/main.ts`. Round trips a second of a ping that carries six updates: encode, copy
 * out, decode. Beside it JSON of the same content in the same run, so that the machine's speed of
 * the day can be divided out. Processor time, not the clock's.
 */
import { Writer } from '../src/base/bytes.js'
import { claimOf, writeRumor, type Claim } from '../src/gossip/claim.js'
import { closeSection, decode, openSection, SECTION, writeHead } from '../src/gossip/codec.js'
import type { Body } from '../src/gossip/message.js'
import { median } from './statistics.js'

const ROUNDS = 9
const TRIPS = 200_000

interface CodecFigures {
  readonly bytes: number
  /** Round trips a second: median, least and most of the rounds. */
  readonly own: Spread
  readonly json: Spread
}

interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

process.stdout.write(`${JSON.stringify(benchCodec())}\n`)

function benchCodec(): CodecFigures {
  const { head, body, updates } = sample()
  const out = new Writer(1400)
  let bytes = 0
  const own = (): number => {
    out.reset()
    writeHead(out, head, body)
    const mark = openSection(out, SECTION.rumors)
    for (const update of updates) writeRumor(out, update)
    closeSection(out, mark)
    const sent = out.take()
    bytes = sent.length
    const got = decode(sent, 1400)
    return 'kind' in got ? Number.NaN : got.rumors.length
  }
  const json = (): number => {
    const got: unknown = JSON.parse(JSON.stringify({ head, body, updates }))
    return got === null ? 0 : 6
  }
  const pairs = Array.from(
    { length: ROUNDS },
    () => [rate(own, TRIPS), rate(json, TRIPS / 10)] as const,
  )
  return { bytes, own: spread(pairs.map(([a]) => a)), json: spread(pairs.map(([, b]) => b)) }
}

function sample() {
  const head = {
    cluster: 0x1234abcd,
    sender: 0x1234567890ab,
    incarnation: 3,
    digest: 7,
    whoAreYou: false,
    settled: true,
  }
  const body: Body = { kind: 'ping', seq: 123456, target: 0xabcdef012345 }
  const updates: Claim[] = Array.from({ length: 6 }, (_, i) =>
    claimOf(0x10000000000 + i * 77777, i % 2 === 0 ? 'alive' : 'suspect', i * 40),
  )
  return { head, body, updates }
}

function rate(trip: () => number, times: number): number {
  const before = process.cpuUsage()
  let sum = 0
  for (let i = 0; i < times; i++) sum += trip()
  const { user, system } = process.cpuUsage(before)
  if (sum !== times * 6) throw new Error('a round trip lost something')
  return (times / (user + system)) * 1e6
}

function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}
