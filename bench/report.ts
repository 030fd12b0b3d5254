/** bench/README.md, made from what was measured. */
import { ringLines } from './ring-report.js'
import { barInWords, inWords, rows, type RowFigures } from './rows.js'

export type PartName = 'codec' | 'swim' | 'ring' | 'ring-balance' | 'data'

export interface Results {
  machine: string
  parts: Partial<Record<PartName, { readonly at: string; readonly figures: Part }>>
  /** By the row's name. */
  rows: Record<string, RowFigures & { readonly at: string }>
}

type Part = Readonly<Record<string, unknown>>

export function reportOf(results: Results): string {
  return [
    '# Measured',
    '',
    '<!-- Written by `npm run bench` from results.json. -->',
    '',
    `Machine of the last run: ${results.machine}; rows of another day may be another's. Median`,
    '(least-most, how many), or a sum with its parts. Both systems',
    "ran in turn on the same machine; `serf` is Debian 12's package (0.9.4~ds1-1+b13), LAN profile, ours",
    'at default settings. Clusters are real processes in network namespaces of their own, measured by the',
    'lines they print. The rows of 2026-11-23 ran side by side, up to six clusters on two cores, but for',
    'the steady ones: both systems met the same load. Later ones ran one cluster at a time, as',
    '`npm run bench` repeats it; what it lacks, it names.',
    '',
    ...agentTable(results),
    '',
    ...ringLines(results.parts),
    ...dataLines(results),
    '## Beside it',
    '',
    ...codecLines(results),
    ...swimLines(results),
    '',
  ].join('\n')
}

function agentTable(results: Results): string[] {
  const head = ['| what | serf | murmur | bar | holds | measured |', '|---|---|---|---|---|---|']
  const lines = rows.map((plan) => {
    const row = results.rows[plan.name]
    if (row === undefined) return `| ${plan.name} | | | ${barInWords(plan)} | not measured | |`
    const failed = (count: number): string => (count === 0 ? '' : `, ${count} gave up`)
    const cells = [
      plan.name,
      `${inWords(plan, row.serf)} ${plan.unit}${failed(row.failed.serf)}`,
      `${inWords(plan, row.murmur)} ${plan.unit}${failed(row.failed.murmur)}`,
      barInWords(plan),
      row.holds === undefined ? 'not known' : row.holds ? 'yes' : '**no**',
      row.at,
    ]
    return `| ${cells.join(' | ')} |`
  })
  return [...head, ...lines]
}

function codecLines(results: Results): string[] {
  const part = results.parts.codec
  if (part === undefined) return []
  const { bytes, own, json } = part.figures
  return [
    `- Codec, a ping with six updates (${String(bytes)} bytes), encoded, taken and decoded: ${millions(own)}`,
    `  million round trips a second of processor time; JSON of the same content in the same run ${millions(json)}.`,
    `  The bar is 3 million. ${part.at}.`,
  ]
}

function swimLines(results: Results): string[] {
  const part = results.parts.swim
  if (part === undefined) return []
  const figure = (name: string): string => Number(part.figures[name]).toFixed(1)
  return [
    `- \`swim\` 0.6.0 (with overrides, in one process, ${String(part.figures['members'])} members, one probe a second,`,
    `  suspicion 5 s): all see all after ${figure('wholeSeconds')} s, a silent member seen dead after`,
    `  ${figure('firstSeconds')} s by the first and ${figure('lastSeconds')} s by the last,`,
    `  ${figure('cpuMsPerSecond')} ms of processor time a second and member. ${part.at}.`,
  ]
}

function millions(spread: unknown): string {
  if (typeof spread !== 'object' || spread === null) return '?'
  const { median, min, max }: Record<string, number> = { ...spread }
  return [median, min, max]
    .map((value) => ((value ?? Number.NaN) / 1e6).toFixed(2))
    .reduce((text, value, i) =>
      i === 0 ? value : i === 1 ? `${text} (${value}` : `${text}-${value})`,
    )
}

/** How rows move, each with its bar. */
function dataLines(results: Results): string[] {
  const part = results.parts.data
  if (part === undefined) return []
  const figure = (name: string): number => Number(part.figures[name])
  const speed = (name: string): string => `${(figure(name) / 1e6).toFixed(0)} MB/s`
  const mebibytes = (name: string): string => `${(figure(name) / 2 ** 20).toFixed(0)} MiB`
  const slower = Math.min(figure('scan'), figure('write'))
  const memory = Math.max(figure('targetMemory'), figure('sourceMemory'))
  const holds = (given: boolean): string => (given ? 'yes' : '**no**')
  const share = ((figure('copy') / slower) * 100).toFixed(0)
  return [
    '## Moving rows',
    '',
    `${figure('rows')} rows of ${(figure('bytes') / figure('rows')).toFixed(0)} bytes, ` +
      `loopback, LevelDB, both processes on this machine. ${part.at}.`,
    '',
    '| what | measured | bar | holds |',
    '|---|---|---|---|',
    `| transport alone, checksums on, two processes | ${speed('transport')} | ` +
      `at least 200 MB/s | ${holds(figure('transport') >= 200e6)} |`,
    `| store to store, over the slower of scan (${speed('scan')}) and synced batches ` +
      `(${speed('write')}) | ${share} % (${speed('copy')}) | at least 60 % | ` +
      `${holds(figure('copy') >= 0.6 * slower)} |`,
    `| the same, with both copies compared by digests afterwards | ${speed('whole')} | | |`,
    `| bytes on the wire over bytes of rows | ${figure('overhead')} | at most 1.05 | ` +
      `${holds(figure('overhead') <= 1.05)} |`,
    `| private memory it takes: target ${mebibytes('targetMemory')}, source ` +
      `${mebibytes('sourceMemory')} | | at most 64 MiB | ${holds(memory <= 64 * 2 ** 20)} |`,
    `| transport by processor time of the drawing side | ${speed('transportByProcessor')} | | |`,
    '',
  ]
}
