/**
 * A data plane of one's own: stores that keep words in memory, each beside an agent that it knows
 * by its HTTP API alone, so they might as well be other processes in another language. Three of
 * them keep every word twice; a fourth joins, copies what it gains, says so, and what the others no
 * longer keep goes. Run
 *
 *   npx tsx examples/own-data.ts
 *
 * In a project of yours import from 'murmuration-cluster' instead of '../src/index.js'.
 */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { configurationOf, formatToken, runAgent, tokenOf, type Agent } from '../src/index.js'

const Peer = v.object({ hostId: v.string(), liveness: v.string() })
const Range = v.tuple([v.string(), v.string()])
const Quorum = v.object({ of: v.array(v.string()), needed: v.number() })
const Task = v.object({
  range: Range,
  source: v.nullable(Peer),
  others: v.array(Peer),
  quorums: v.array(Quorum),
})
/** What `GET /v1/moves/events` tells. */
const Copy = v.object({ move: v.string(), epoch: v.number(), tasks: v.array(Task) })
const Drop = v.object({
  epoch: v.number(),
  ranges: v.array(v.object({ range: Range, owners: v.array(Peer) })),
})
/** What is used of `GET /v1/gossip`: where each store listens, and on which epoch its node acts. */
const Gossip = v.object({
  members: v.array(
    v.object({
      hostId: v.string(),
      ring: v.nullable(v.object({ epoch: v.number() })),
      facts: v.array(v.object({ key: v.string(), text: v.optional(v.string()) })),
    }),
  ),
})
const Rows = v.array(v.tuple([v.string(), v.number()]))

type Range = v.InferOutput<typeof Range>
type Rows = v.InferOutput<typeof Rows>
type Task = v.InferOutput<typeof Task>

/** Under this name a store tells the cluster where it listens. */
const FACT = 'words'

/** Left excluded, right included, wrapped where left >= right. */
function holds([left, right]: Range, word: string): boolean {
  const [from, to, token] = [BigInt(left), BigInt(right), BigInt(formatToken(tokenOf(word)))]
  return from < to ? from < token && token <= to : from < token || token <= to
}

class WordStore {
  readonly name: string
  /** When each word was written. */
  readonly rows = new Map<string, number>()
  private readonly api: string

  constructor(name: string, api: string) {
    this.name = name
    this.api = `http://${api}`
  }

  /** The newer version of a row wins: a copy never overwrites a later write. */
  merge(rows: Rows): void {
    for (const [word, time] of rows) this.rows.set(word, Math.max(time, this.rows.get(word) ?? 0))
  }

  within(range: Range): Rows {
    return [...this.rows].filter(([word]) => holds(range, word))
  }

  /** Serves the other stores, and tells them where. */
  async serve(): Promise<void> {
    const server = createServer((request, response) => {
      const asked = new URL(request.url ?? '', 'http://store').searchParams
      const range: Range = [asked.get('left') ?? '', asked.get('right') ?? '']
      const body: Buffer[] = []
      request.on('data', (piece: Buffer) => body.push(piece))
      request.on('end', () => {
        const taken = Buffer.concat(body).toString()
        if (taken !== '') this.merge(v.parse(Rows, JSON.parse(taken)))
        response.end(JSON.stringify(taken === '' ? this.within(range) : []))
      })
    }).unref()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const body = `http://127.0.0.1:${port}`
    await fetch(`${this.api}/v1/facts/${FACT}`, { method: 'PUT', body })
  }

  /** Does what the agent tells, for ever; what is told again after a break is done again. */
  async follow(): Promise<never> {
    for (;;) {
      try {
        for await (const { event, data } of eventsOf(`${this.api}/v1/moves/events`)) {
          if (event === 'copy') await this.copy(v.parse(Copy, data))
          if (event === 'drop') await this.drop(v.parse(Drop, data))
        }
      } catch (error) {
        console.error(`${this.name}: ${String(error)}, trying again`)
      }
      await new Promise((again) => setTimeout(again, 500))
    }
  }

  private async copy({ move, epoch, tasks }: v.InferOutput<typeof Copy>): Promise<void> {
    const before = this.rows.size
    for (const task of tasks)
      for (const hostId of sourcesOf(task)) this.merge(await this.ask(hostId, task.range, epoch))
    // A store on a disk syncs here: what is acknowledged must not be lost.
    console.log(`${this.name} copied ${this.rows.size - before} words of ${tasks.length} ranges`)
    await fetch(`${this.api}/v1/moves/${move}/copied`, { method: 'POST' })
  }

  private async drop({ epoch, ranges }: v.InferOutput<typeof Drop>): Promise<void> {
    let gone = 0
    for (const { range, owners } of ranges) {
      const rows = this.within(range)
      if (rows.length === 0) continue
      // Its owners may lack what only this store has: they merge it first.
      for (const { hostId } of owners) await this.ask(hostId, range, epoch, rows)
      for (const [word] of rows) this.rows.delete(word)
      gone += rows.length
    }
    if (gone > 0) console.log(`${this.name} dropped ${gone} words that others keep now`)
  }

  /** The rows of a range in another store, once its node acts on the epoch. */
  private async ask(hostId: string, range: Range, epoch: number, give?: Rows): Promise<Rows> {
    for (;;) {
      const gossip = v.parse(Gossip, await (await fetch(`${this.api}/v1/gossip`)).json())
      const member = gossip.members.find((each) => each.hostId === hostId)
      const place = member?.facts.find(({ key }) => key === FACT)?.text
      if (place !== undefined && (member?.ring?.epoch ?? 0) >= epoch) {
        const query = new URLSearchParams({ left: range[0], right: range[1] }).toString()
        const init = give === undefined ? {} : { method: 'POST', body: JSON.stringify(give) }
        return v.parse(Rows, await (await fetch(`${place}?${query}`, init)).json())
      }
      await new Promise((again) => setTimeout(again, 100))
    }
  }
}

/**
 * The replica that loses the range, or where it is dead so many of the others that every write
 * acknowledged at a quorum is among them.
 */
function sourcesOf({ source, others, quorums }: Task): string[] {
  if (source !== null && source.liveness !== 'down') return [source.hostId]
  const there = others.filter(({ liveness }) => liveness !== 'down').map(({ hostId }) => hostId)
  const enough = quorums.every(
    ({ of, needed }) => of.filter((hostId) => there.includes(hostId)).length >= needed,
  )
  if (!enough) throw new Error('too few replicas are there')
  return there
}

async function* eventsOf(url: string): AsyncGenerator<{ event: string; data: unknown }> {
  const { body } = await fetch(url)
  if (body === null) return
  let text = ''
  const decoder = new TextDecoder()
  for (const reader = body.getReader(); ;) {
    const read: { readonly value?: unknown } = await reader.read()
    if (!(read.value instanceof Uint8Array)) return
    text += decoder.decode(read.value, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/m.exec(block) ?? []
      if (event !== '') yield { event, data: JSON.parse(data) }
    }
  }
}

const base = await mkdtemp(join(tmpdir(), 'own-data-'))
const agents: Agent[] = []
const stores: WordStore[] = []

async function begin(name: string): Promise<void> {
  const own = { name, bind: '127.0.0.1:0', api: '127.0.0.1:0', dataDir: join(base, name) }
  const seeds = agents.slice(0, 1).map(({ address }) => address)
  const quick = { probePeriod: 200, gossipPeriod: 50, rankDelay: 100, dropGrace: 500 }
  const agent = await runAgent(
    configurationOf({ ...own, ...quick, seeds, expect: 3, ownData: true }),
  )
  agents.push(agent)
  await agent.ready
  const store = new WordStore(name, agent.api)
  stores.push(store)
  await store.serve()
  void store.follow()
}

/** The nodes that keep a word, as any agent says. */
async function keepersOf(agent: Agent, word: string): Promise<string[]> {
  const query = new URLSearchParams({ keyspace: 'words', key: word }).toString()
  const Answer = v.object({ endpoints: v.array(v.object({ name: v.string() })) })
  const answer: unknown = await (await fetch(`http://${agent.api}/v1/endpoints?${query}`)).json()
  return v.parse(Answer, answer).endpoints.map(({ name }) => name)
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((again) => setTimeout(again, 50))
}

async function areRight(agent: Agent, words: readonly string[]): Promise<boolean> {
  for (const word of words) {
    const keepers = await keepersOf(agent, word)
    const found = stores.filter(({ rows }) => rows.has(word)).map(({ name }) => name)
    if (found.sort().join() !== keepers.sort().join()) return false
  }
  return true
}

for (const name of ['ada', 'bob', 'cyd']) await begin(name)
const [first] = agents
if (first === undefined) throw new Error('no agent')
const epoch = (agent: Agent): number => agent.node.status(agent.now()).epoch ?? 0
await until(() => agents.every((agent) => epoch(agent) === 1))
const create = { kind: 'create', keyspace: 'words', replication: { dc1: 2 } }
await fetch(`http://${first.api}/v1/changes`, { method: 'POST', body: JSON.stringify(create) })
await until(() => agents.every((agent) => epoch(agent) === 2))

const words = Array.from({ length: 300 }, (_, i) => `word ${i}`)
for (const word of words) {
  const keepers = await keepersOf(first, word)
  for (const store of stores) if (keepers.includes(store.name)) store.merge([[word, Date.now()]])
}
console.log(`${words.length} words, each in two of three stores`)
await begin('dan')
await until(() => stores.at(-1)?.rows.size !== 0 && areRight(first, words))
console.log('every word is where the ring has it, twice, and nowhere else')
await Promise.all(agents.map((agent) => agent.stop('now')))
await rm(base, { recursive: true })
process.exit(0)
