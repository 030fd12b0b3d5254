/**
 * The grid of the Lifeguard paper in the simulator: 128 nodes of which C stop and go, D ms still and I
 * ms running, sockets only, timers going on. Plain SWIM against ours as shipped: false positives, and
 * how soon a crash is known. Then what the shortest suspicion trades. Writes bench/lifeguard-grid.md.
 *
 *   node --import tsx bench/lifeguard-grid.ts                 the grid printed there (about ten minutes)
 *   node --import tsx bench/lifeguard-grid.ts --all           the paper's whole grid (an hour of two cores)
 *
 * The cells are measured by as many processes as there are processors; with `--rows FILE` they are kept
 * there one a line, and those that are there already are not measured again.
 */
import * as Plot from '@observablehq/plot'
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { known } from '../src/base/assert.js'
import { Random } from '../src/base/random.js'
import type { GossipSettings } from '../src/gossip/settings.js'
import { draw, ink } from '../src/cli/simulate/report/drawing.js'
import { standing } from '../src/cli/simulate/report/figure.js'
import { configurations } from '../simulations/configurations.js'
import { MeasuredRun, type Measured } from '../simulations/measures/measured.js'
import { catalogue } from '../simulations/scenarios/catalogue.js'
import { median } from './statistics.js'

type Settings = Partial<GossipSettings>
type Options = Readonly<Record<string, unknown>>

const all = process.argv.includes('--all')
const SEED = 1
const NODES = 128
const SPAN = all ? 120_000 : 32_000
/** C, D in ms and I in ms of the paper's interval experiment, or a part of each. */
const C = all ? [1, 4, 8, 12, 16, 20, 24, 28, 32] : [4, 16, 32]
const D = all ? [128, 512, 2048, 8192, 16_384, 32_768] : [2048, 8192]
const I = all ? [1, 4, 16, 64, 256, 1024, 4096, 16_384] : [64]
const FACTORS = [0.5, 1, 1.4, 2, 4]
const KILLS = all ? 20 : 5

const swim = configurations.find(({ name }) => name === 'swim')?.settings ?? {}

const cells = C.flatMap((c) => D.flatMap((d) => I.map((i) => ({ c, d, i }))))
type Cell = (typeof cells)[number]

const counts = v.object({ all: v.number(), healthy: v.number() })
const rowShape = v.object({
  c: v.number(),
  d: v.number(),
  i: v.number(),
  plain: counts,
  ours: counts,
})
type Row = v.InferOutput<typeof rowShape>

const part = option('--part')
if (part !== undefined) {
  for (const cell of missing(partOf(part)))
    process.stdout.write(`${JSON.stringify(measured(cell))}\n`)
  process.exit()
}
const grid = await whole()
const kills = { swim: killsOf(swim), ours: killsOf({}) }
say(JSON.stringify(kills))
const tradeOff = FACTORS.map((suspicionFactor) => {
  const settings = { suspicionFactor }
  const hard = { nodes: NODES, stalled: 16, stop: 8192, run: 64, span: SPAN }
  const loss = { nodes: 50, loss: 50 }
  const row = {
    suspicionFactor,
    detection: median(killsOf(settings)),
    pause: tolerablePause(settings),
    stall: falseOf(measure('stall', hard, settings, SEED)).all,
    loss: falseOf(measure('loss', loss, settings, SEED)).all,
  }
  say(JSON.stringify(row))
  return row
})
writeFileSync('bench/lifeguard-grid.md', page())
writeFileSync('bench/suspicion-trade-off.svg', tradeOffPlot())

function option(name: string): string | undefined {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}

/** Rows kept from before. */
function kept(): Row[] {
  const file = option('--rows')
  if (file === undefined || !existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => v.parse(rowShape, JSON.parse(line)))
}

function missing(wanted: readonly Cell[]): Cell[] {
  const have = new Set(kept().map(nameOf))
  return wanted.filter((cell) => !have.has(nameOf(cell)))
}

function nameOf({ c, d, i }: Cell): string {
  return `${c} ${d} ${i}`
}

/** Each nth of the cells, from the kth: `K/N`. */
function partOf(text: string): readonly Cell[] {
  const [k, n] = text.split('/').map(Number)
  return cells.filter((_, index) => index % (n ?? 1) === k)
}

function measured(cell: Cell): Row {
  const options = { nodes: NODES, stalled: cell.c, stop: cell.d, run: cell.i, span: SPAN }
  const [plain, ours] = [swim, {}].map((settings) =>
    falseOf(measure('stall', options, settings, SEED)),
  )
  return v.parse(rowShape, { ...cell, plain, ours })
}

/** All cells, each part by a process of its own. */
async function whole(): Promise<Row[]> {
  const parts = Math.min(availableParallelism(), missing(cells).length)
  const rows = await Promise.all(Array.from({ length: parts }, (_, k) => ofPart(`${k}/${parts}`)))
  const all = new Map([...kept(), ...rows.flat()].map((row) => [nameOf(row), row]))
  return cells.map((cell) => known(all.get(nameOf(cell)), nameOf(cell)))
}

async function ofPart(part: string): Promise<Row[]> {
  const file = option('--rows')
  const args = ['--import', 'tsx', fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  const child = spawn(process.execPath, [...args, '--part', part], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const rows: Row[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    rows.push(v.parse(rowShape, JSON.parse(line)))
    if (file !== undefined) appendFileSync(file, `${line}\n`)
    say(line)
  }
  return rows
}

/** Each shortest suspicion as a point: how soon a crash is known, and the pause that is forgiven. */
function tradeOffPlot(): string {
  const label = 'Detection time against the pause that is forgiven, by suspicionFactor'
  const place = { x: 'detection', y: 'pause' } as const
  const plot = draw(
    { label, height: 330 },
    {
      marginTop: 30,
      x: { label: 'seconds until half of the survivors know of a crash', domain: [0, 14] },
      y: { label: 'longest pause that nobody calls down, s', domain: [0, 8], grid: true },
      marks: [
        Plot.line(tradeOff, { ...place, stroke: ink.ours, strokeWidth: 2 }),
        Plot.dot(tradeOff, { ...place, r: 5, fill: ink.ours, stroke: 'var(--back)' }),
        Plot.text(tradeOff, {
          ...place,
          text: ({ suspicionFactor, loss }: (typeof tradeOff)[number]) =>
            `${suspicionFactor}: ${loss} false at 50 % loss`,
          textAnchor: 'start',
          dx: 10,
          dy: 8,
          fill: ink.text,
        }),
      ],
    },
  )
  return standing(plot, label, 'node --import tsx bench/lifeguard-grid.ts')
}

function measure(name: string, options: Options, settings: Settings, seed: number): Measured {
  const built = catalogue.find((each) => each.name === name)?.build(options, Random.from(seed))
  if (built?.kind !== 'scenario') throw new Error(`${name}: ${JSON.stringify(built)}`)
  const { scenario } = built
  const changed = { ...scenario, settings: { ...scenario.settings, ...settings } }
  const run = new MeasuredRun(changed, seed, { checked: false })
  while (run.step(1000)) continue
  return run.measured
}

function falseOf(measured: Measured | undefined): { all: number; healthy: number } {
  const { falseAlarms = 0, falseAtHealthy = 0 } = measured?.recorded.alarms ?? {}
  return { all: falseAlarms, healthy: falseAtHealthy }
}

/** Seconds until half of the survivors know of one crash, seed by seed. */
function killsOf(settings: Settings): number[] {
  return Array.from({ length: KILLS }, (_, i) => {
    const { summary } = measure('detection', { nodes: NODES }, settings, SEED + i)
    return Number(summary['detectionMedianMs']) / 1000
  })
}

/** The longest pause of one process, in whole seconds, after which nobody called it down. */
function tolerablePause(settings: Settings): number {
  for (let pause = 1000; pause <= 20_000; pause += 1000) {
    const once = { nodes: 30, stalled: 1, stop: pause, run: 60_000, span: pause, what: 'process' }
    const { recorded } = measure('stall', once, settings, SEED)
    if (recorded.alarms.aboutTroubled > 0) return (pause - 1000) / 1000
  }
  return 20
}

function page(): string {
  const sum = (pick: (row: (typeof grid)[number]) => number): number =>
    grid.reduce((total, row) => total + pick(row), 0)
  const [plain, ours] = [sum((row) => row.plain.all), sum((row) => row.ours.all)]
  const share = (count: number): string => `${((100 * count) / plain).toFixed(2)} %`
  const medianOf = (values: readonly number[]): string => `${median(values).toFixed(2)} s`
  const holds = ours <= 0.015 * plain && median(kills.ours) <= median(kills.swim)
  return `# The Lifeguard grid, and what the suspicion trades

<!-- Written by \`node --import tsx bench/lifeguard-grid.ts\`. -->

In the simulator, seed ${SEED}: ${NODES} nodes of which C stop and go for ${SPAN / 1000} s: their sockets stand still for D ms,
then move for I ms, while their timers go on (Dadgar, Phillips and Currey, "Lifeguard", DSN 2018, arXiv 1707.00788, section
V, the interval experiment). A false positive is a verdict on one of the other nodes; in brackets those that were
reached by nodes that were well. Plain SWIM: period 1 s, time-out 0.5 s, k = 3, suspicion 5 log10 N s. Ours: as
shipped.

C: ${C.join(', ')}; D: ${D.join(', ')} ms; I: ${I.join(', ')} ms${all ? '' : ": a part of the paper's grid, and a quarter of its time; `--all` runs the whole"}.

| C | D ms | I ms | plain SWIM | ours |
|---|---|---|---|---|
${(all ? summed() : grid).map((row) => `| ${row.c} | ${row.d} | ${row.i} | ${cellText(row.plain)} | ${cellText(row.ours)} |`).join('\n')}
| all | | | ${plain} | ${ours} |
| of plain SWIM's | | | | ${share(ours)} |
| one crash of ${NODES} known to half, median of ${KILLS} | | | ${medianOf(kills.swim)} | ${medianOf(kills.ours)} |

The bar: at most 1.5 % of plain SWIM's false positives, and a median detection no slower than its. **${holds ? 'It holds' : 'It does not hold'}.**

## What the shortest suspicion trades

The suspicion lasts at least \`suspicionFactor\` x max(1, log10 N) s; shipped are 1.4 (\`lan\`) and 2 (\`calm\`). Detection: one crash
of ${NODES}, known to half, median of ${KILLS} seeds. Pause: the longest stand-still of a whole process, of 30, that nobody called down,
in whole seconds. False alarms: 16 of ${NODES} with D = 8192 ms, I = 64 ms; and 50 nodes under 50 % loss for a minute.

![Detection time against the pause that is forgiven](suspicion-trade-off.svg)

| factor | detection | pause forgiven | false alarms, stop and go | false alarms, 50 % loss |
|---|---|---|---|---|
${tradeOff.map((row) => `| ${row.suspicionFactor} | ${row.detection.toFixed(2)} s | ${row.pause} s | ${row.stall} | ${row.loss} |`).join('\n')}
`
}

/** A row for each C and D: the whole grid has hundreds. */
function summed(): (Omit<Row, 'i'> & { i: string })[] {
  return C.flatMap((c) =>
    D.map((d) => {
      const rows = grid.filter((row) => row.c === c && row.d === d)
      const { plain, ours } = rows.reduce((sum, row) => ({
        ...sum,
        plain: plus(sum.plain, row.plain),
        ours: plus(sum.ours, row.ours),
      }))
      return { c, d, i: 'all', plain, ours }
    }),
  )
}

function plus(a: Row['plain'], b: Row['plain']): Row['plain'] {
  return { all: a.all + b.all, healthy: a.healthy + b.healthy }
}

function cellText({ all: every, healthy }: { all: number; healthy: number }): string {
  return `${every} (${healthy})`
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
