/**
 * The proof: real agents with real rows, clients that write and read throughout while the ring
 * changes in every way, and afterwards a look into every store. What must not be is told, whatever
 * it is; nothing is tried again until it fits.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { Random } from '../../../src/base/random.js'
import { answers } from '../../../src/cli/answers.js'
import { ask } from '../../../src/cli/api.js'
import { answers as changeAnswers } from '../../../src/cli/change-answers.js'
import { listed } from '../../../src/cli/local/cluster.js'
import { freeBasePort, type LiveCluster } from '../live-cluster.js'
import { Client } from './client.js'
import { Course, until, type StepName } from './course.js'
import { holdingsIn, judge, replicasBy, type Holdings, type Verdict } from './holdings.js'
import { DELETED, Ledger } from './ledger.js'

/** Of so many rows one is imported at ALL. */
const AT_ALL = 10
const COPIES = 3
/** Keys in one question of the last reading. */
const BATCH = 500
const QUESTION = 60_000

export interface Size {
  readonly agents: number
  readonly rows: number
  /** Of a value, about. */
  readonly bytes: number
  readonly clients: number
  /** Milliseconds that a client waits after each operation. */
  readonly pause: number
  readonly steps: readonly StepName[]
  readonly seed: number
  /** For every agent. */
  readonly flags: readonly string[]
}

export interface Told {
  readonly what: string
  readonly seconds: number
}

export interface Proof {
  /** What was done, in order. */
  readonly done: readonly Told[]
  readonly counts: Readonly<Record<string, number>>
  readonly refused: readonly (readonly [code: string, times: number])[]
  /** What must not be, in words; none where all is well. */
  readonly wrong: readonly string[]
}

/**
 * @param cluster none yet; its agents run on afterwards
 * @param say is told of each step once it is done
 */
export function prove(
  cluster: LiveCluster,
  size: Size,
  say: (told: Told) => void = () => undefined,
): Promise<Proof> {
  return new Proving(cluster, size, say).run()
}

class Proving {
  private readonly cluster: LiveCluster
  private readonly size: Size
  private readonly say: (told: Told) => void
  private readonly course: Course
  private readonly ledger: Ledger
  private readonly clients: readonly Client[]
  private readonly done: Told[] = []

  constructor(cluster: LiveCluster, size: Size, say: (told: Told) => void) {
    const { agents, rows, bytes, clients, pause } = size
    const random = Random.from(size.seed)
    this.cluster = cluster
    this.size = size
    this.say = say
    this.course = new Course(cluster, agents)
    this.ledger = new Ledger(rows, bytes)
    const common = { ledger: this.ledger, of: clients, pause, urls: () => this.urls() }
    this.clients = Array.from({ length: clients }, (_, turn) => {
      return new Client({ ...common, turn, random: random.fork(`client ${turn}`) })
    })
  }

  async run(): Promise<Proof> {
    const { steps } = this.size
    await this.timed(() => this.found())
    await this.timed(() => this.load('QUORUM'))
    await this.timed(() => this.load('ALL'))
    const running = this.clients.map((client) => client.run())
    for (const step of steps) await this.timed(() => this.course.take(step))
    for (const client of this.clients) client.stop()
    await Promise.all(running)
    await this.timed(() => this.cleaned())
    const verdict = await this.timed(() => this.inspect())
    await this.timed(() => this.readAll())
    const verified = await this.timed(() => this.verify())
    return this.proof(verdict, verified)
  }

  private async found(): Promise<string> {
    const { agents, flags } = this.size
    const count = String(agents)
    const base = String(await freeBasePort())
    const up = ['local', 'up', '-n', count, '--expect', count, '--base-port', base, '--detach']
    await this.course.done(...up, '--', '--kv', '--data-reserve', '1', ...flags)
    await this.course.settled()
    await this.course.done('keyspace', 'create', 'shop', '--replication', `dc1=${COPIES}`)
    return `${agents} agents found a ring, a keyspace of ${COPIES} copies`
  }

  private async load(level: 'QUORUM' | 'ALL'): Promise<string> {
    const { ledger } = this
    const rows = ledger.keys.flatMap((_, row) =>
      (row % AT_ALL === 0) === (level === 'ALL') ? [row] : [],
    )
    const file = this.file(level, new Map(rows.map((row) => [row, ledger.next(row)])))
    await this.course.done('kv', 'import', 'shop', file, '--level', level)
    for (const row of rows) ledger.acknowledged(row, 1, level)
    return `${rows.length} rows are imported at ${level}`
  }

  private file(name: string, versions: ReadonlyMap<number, number>): string {
    const { ledger } = this
    const lines = [...versions].map(
      ([row, version]) => `${ledger.keys[row] ?? ''},${ledger.text(row, version)}`,
    )
    writeFileSync(join(this.cluster.folder, `${name}.csv`), lines.join('\n'))
    return `${name}.csv`
  }

  private async cleaned(): Promise<string> {
    await this.course.cleaned()
    const url = this.cluster.url(this.course.up[0] ?? '')
    const { findings } = await ask(url, '/v1/doctor', changeAnswers.doctor)
    for (const { grave, what } of findings) if (grave) this.ledger.wrong.push(`doctor: ${what}`)
    return `every agent has deleted what is others' now`
  }

  /** Stops all agents, looks into their stores and starts them again. */
  private async inspect(): Promise<Verdict & { readonly said: string }> {
    const { course, cluster, ledger } = this
    const names = course.up
    const ring = await ask(cluster.url(names[0] ?? ''), '/v1/ring', answers.ring)
    await course.done('local', 'down')
    const held = new Map<string, Holdings>()
    for (const { name, dataDir } of listed(cluster.dir))
      if (names.includes(name)) held.set(name, await holdingsIn(dataDir, ledger))
    const verdict = judge(ledger, held, replicasBy(ring, COPIES))
    await course.done('local', 'restart', ...names)
    await course.settled()
    const { whole, partly } = verdict
    const said = `the stores are looked into: ${whole} rows whole, ${partly} on a majority`
    return { ...verdict, said }
  }

  /** Every row at ALL: what comes is the last word on what could not be acknowledged. */
  private async readAll(): Promise<string> {
    const { ledger } = this
    const { keys } = ledger
    for (let from = 0; from < keys.length; from += BATCH) {
      const some = keys.slice(from, from + BATCH)
      await until('an answer at ALL', async () => {
        const texts = await this.textsOf(some)
        texts?.forEach((text, i) => ledger.read(from + i, ledger.floor(from + i), text))
        return texts !== undefined
      })
    }
    return `${keys.length} rows are read at ALL`
  }

  /** undefined where one of them was refused. */
  private async textsOf(keys: readonly string[]): Promise<(string | null)[] | undefined> {
    const [url = ''] = this.urls()
    const response = await fetch(`${url}/v1/kv/shop?level=ALL&timeout=20000`, {
      method: 'POST',
      body: JSON.stringify({ get: keys }),
      signal: AbortSignal.timeout(QUESTION),
    })
    const { results } = v.parse(batch, await response.json())
    const texts = results.flatMap((result) => ('error' in result ? [] : [result.value]))
    return texts.length === keys.length ? texts : undefined
  }

  private async verify(): Promise<{ readonly said: string; readonly rows: number }> {
    const { ledger } = this
    const kept = ledger.keys.flatMap((_, row) => (ledger.floor(row) === DELETED ? [] : [row]))
    const file = this.file('kept', new Map(kept.map((row) => [row, ledger.floor(row)])))
    const ended = await this.cluster.murmur('kv', 'verify', 'shop', file, '--level', 'ALL')
    if (ended.code !== 0) ledger.wrong.push(`kv verify: ${ended.out}${ended.err}`)
    return { said: `kv verify at ALL: ${ended.out.split('\n')[0] ?? ''}`, rows: kept.length }
  }

  private urls(): string[] {
    return this.course.up.map((name) => this.cluster.url(name))
  }

  private async timed<T extends string | { readonly said: string }>(
    work: () => Promise<T>,
  ): Promise<T> {
    const begun = performance.now()
    const result = await work()
    const what = typeof result === 'string' ? result : result.said
    const told = { what, seconds: (performance.now() - begun) / 1000 }
    this.done.push(told)
    this.say(told)
    return result
  }

  private proof({ whole, partly, wrong }: Verdict, verified: { readonly rows: number }): Proof {
    const sum = (of: (client: Client) => number): number =>
      this.clients.reduce((total, client) => total + of(client), 0)
    const refused = new Map<string, number>()
    for (const client of this.clients)
      for (const [code, times] of client.refused)
        refused.set(code, (refused.get(code) ?? 0) + times)
    const counts = {
      reads: sum(({ counts: { reads } }) => reads),
      writes: sum(({ counts: { writes } }) => writes),
      writesAtAll: sum(({ counts: { writesAtAll } }) => writesAtAll),
      deletes: sum(({ counts: { deletes } }) => deletes),
      ...{ whole, partly, verified: verified.rows },
    }
    const all = [...this.ledger.wrong, ...wrong]
    return { done: this.done, counts, refused: [...refused].sort(), wrong: all }
  }
}

const batch = v.object({
  results: v.array(
    v.union([v.object({ error: v.object({}) }), v.object({ value: v.nullable(v.string()) })]),
  ),
})
