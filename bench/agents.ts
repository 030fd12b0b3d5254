/**
 * Ours and serf in turn, cluster by cluster, row by row; rows that need the very same runs share
 * them.
 */
import { measure, numbersAt, type Measured, type System } from './lab.js'
import { figureOf, rows, type RowFigures, type RowPlan } from './rows.js'

type Runs = Readonly<Record<System, readonly Measured[]>>

/**
 * @param only parts of names of rows to run, all when empty
 * @param most fresh clusters a row at the most
 */
export async function* benchAgents(
  only: readonly string[],
  most: number,
  told: (line: string) => void,
): AsyncGenerator<RowFigures> {
  /** Runs by what was asked; bounded by the rows. */
  const done = new Map<string, Runs>()
  for (const row of rows) {
    if (only.length > 0 && !only.some((part) => row.name.includes(part))) continue
    const wanted = Math.min(most, row.runs)
    const key = [row.experiment, ...row.args].join(' ')
    const runs = done.get(key) ?? (await inTurn(row, wanted, told))
    done.set(key, runs)
    yield figuresOf(row, runs, wanted)
  }
}

async function inTurn(row: RowPlan, runs: number, told: (line: string) => void): Promise<Runs> {
  const lists: Record<System, Measured[]> = { serf: [], murmur: [] }
  for (let i = 1; i <= runs; i++) {
    for (const system of ['serf', 'murmur'] as const) {
      const measured = await measure(system, row.experiment, row.args)
      if (measured !== undefined) lists[system].push(measured)
      const result = JSON.stringify(measured?.result ?? 'gave up').slice(0, 200)
      told(`${row.name}, ${system} ${i}/${runs}: ${result}`)
    }
  }
  return lists
}

function figuresOf(plan: RowPlan, runs: Runs, wanted: number): RowFigures {
  const read = (list: readonly Measured[]): number[] =>
    list.flatMap((measured) => numbersAt(measured, plan.read))
  const serf = read(runs.serf)
  const murmur = read(runs.murmur)
  const failed = { serf: wanted - runs.serf.length, murmur: wanted - runs.murmur.length }
  return { name: plan.name, serf, murmur, failed, holds: holds(plan, murmur, serf, failed.murmur) }
}

function holds(
  plan: RowPlan,
  ours: readonly number[],
  theirs: readonly number[],
  failed: number,
): boolean | undefined {
  if (ours.length === 0 || theirs.length === 0) return undefined
  if (failed > 0) return false
  const [a, b] = [figureOf(plan, ours), figureOf(plan, theirs)]
  if ('times' in plan.bar) return a <= b * plan.bar.times
  if ('most' in plan.bar) return a <= plan.bar.most
  return b > 0 ? a < b : a === 0
}
