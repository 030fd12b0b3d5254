/**
 * Drives the lab, a Python program that runs clusters of real agent processes in network namespaces
 * of their own, ours and HashiCorp's serf in turn, so that both meet the same machine at the same
 * hour.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type System = 'serf' | 'murmur'

/** One line of the lab: what was asked, and what was measured. */
export interface Measured {
  readonly system: System
  readonly version: string
  readonly at: string
  readonly result: Readonly<Record<string, unknown>>
}

/** Where the lab stands: LAB names it, else it is looked for beside the checkout. */
export function labFolder(): string {
  return resolve(process.env['LAB'] ?? '../shared/lab')
}

/** What is missing to run it, each with the way to get it; empty when it can run. */
export async function missing(): Promise<string[]> {
  const lacks: string[] = []
  if (!existsSync(resolve(labFolder(), 'lab.py'))) {
    lacks.push('the lab: set LAB to the folder that holds lab.py')
  }
  if (process.getuid?.() !== 0) lacks.push('root: network namespaces need it')
  for (const [command, from] of [
    ['serf', 'serf'],
    ['nft', 'nftables'],
    ['ip', 'iproute2'],
    ['python3', 'python3'],
  ] as const) {
    const found = await run('sh', ['-c', `command -v ${command}`]).catch(() => undefined)
    if (found === undefined) lacks.push(`${command}: apt-get install ${from}`)
  }
  return lacks
}

/**
 * One fresh cluster of one system. Gives undefined, and says why on stderr, when the lab gave up.
 */
export async function measure(
  system: System,
  experiment: string,
  args: readonly string[],
): Promise<Measured | undefined> {
  const folder = labFolder()
  const env = { ...process.env, MURMUR: `node ${resolve('dist/murmur.js')}` }
  const argv = ['lab.py', experiment, '--adapter', system, ...args]
  try {
    const options = { cwd: folder, env, timeout: 900_000, maxBuffer: 1 << 26 }
    const { stdout } = await run('python3', argv, options)
    const line = stdout.split('\n').find((text) => text.startsWith('{'))
    return line === undefined ? undefined : asMeasured(JSON.parse(line), system)
  } catch (problem) {
    process.stderr.write(
      `${system} ${experiment} ${args.join(' ')}: ${String(problem).slice(0, 300)}\n`,
    )
    return undefined
  }
}

function asMeasured(line: unknown, system: System): Measured | undefined {
  if (!isRecord(line) || !isRecord(line['result'])) return undefined
  const { version, at, result } = line
  return { system, version: String(version), at: String(at), result }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A number at a path such as `false.events`, or undefined. */
export function numberAt(measured: Measured, path: string): number | undefined {
  let value: unknown = measured.result
  for (const key of path.split('.')) value = isRecord(value) ? value[key] : undefined
  return typeof value === 'number' ? value : undefined
}

/** A number at a path of each of the result's `runs`, or the one number there is. */
export function numbersAt(measured: Measured, path: string): number[] {
  const { runs } = measured.result
  const list = Array.isArray(runs)
    ? runs.map((result: unknown) => ({ ...measured, result }))
    : [measured]
  return list.flatMap((one) => {
    const value = isRecord(one.result) ? numberAt({ ...one, result: one.result }, path) : undefined
    return value === undefined ? [] : [value]
  })
}
