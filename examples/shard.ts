/**
 * Shards words over the ring of a live cluster, and follows it: who keeps how many words, and which
 * ones move when a node joins or leaves. Start a cluster with `murmur local up --detach`, then run
 *
 *   npx tsx examples/shard.ts [HOST:PORT of any agent] [a text whose words to take]
 *
 * and in another terminal `murmur local add`, `murmur leave --api n2`. Ctrl-C ends it. In a project
 * of yours import from 'murmuration-cluster' instead of '../src/index.js'.
 */
import { existsSync, readFileSync } from 'node:fs'
import * as v from 'valibot'
import { formatToken, parseToken, Ring, tokenOf } from '../src/index.js'

const [, , api = '127.0.0.1:7980', file] = process.argv

/** What is used of the answer of `GET /v1/ring`. */
const RingAnswer = v.object({
  waitingFor: v.array(v.unknown()),
  nodes: v.array(
    v.object({
      hostId: v.string(),
      name: v.string(),
      dc: v.string(),
      rack: v.string(),
      tokens: v.array(v.string()),
    }),
  ),
})

/** Events after which the ring may be another. */
const CHANGES = 'member.up,member.facts,member.left,member.removed'
const RETRY_MS = 500

/** The distinct words of a text; a dictionary where there is one, else this project's pages. */
function words(): string[] {
  const dictionary = '/usr/share/dict/words'
  const pages = ['README.md', 'docs/api.md', 'docs/settings.md', 'examples/README.md']
  const known = existsSync(dictionary) ? [dictionary] : pages.map(besides)
  const text = (file === undefined ? known : [file]).map((path) => readFileSync(path, 'utf8'))
  return [...new Set(text.join('\n').match(/\p{L}+/gu) ?? [])]
}

function besides(page: string): string {
  return new URL(`../${page}`, import.meta.url).pathname
}

/** The ring as the agent knows it now, with names for ids; undefined while tokens are on their way. */
async function currentRing(): Promise<Ring | undefined> {
  const response = await fetch(`http://${api}/v1/ring`)
  const { nodes, waitingFor } = v.parse(RingAnswer, await response.json())
  if (waitingFor.length > 0) return undefined
  return Ring.of(
    nodes.map(({ name, dc, rack, tokens }) => {
      return { id: name, dc, rack, tokens: tokens.flatMap((text) => parseToken(text) ?? []) }
    }),
  )
}

/**
 * The ring at the start of each connection to the event stream and after every event, so that none
 * is missed; connects again by itself.
 */
async function* rings(): AsyncGenerator<Ring | undefined, never> {
  for (let answered = true; ;) {
    try {
      const { body } = await fetch(`http://${api}/v1/events?types=${CHANGES}`)
      const reader = body?.getReader()
      while ((await reader?.read())?.done === false) {
        answered = true
        yield await currentRing()
      }
    } catch (error) {
      if (answered) console.error(`${api} does not answer, trying again (${String(error)})`)
      answered = false
    }
    await new Promise((again) => setTimeout(again, RETRY_MS))
  }
}

function ownerOf(ring: Ring, word: string): string {
  return ring.ownerOfKey(word)?.id ?? 'nobody'
}

function counted(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
}

function table(counts: readonly [string, number][], of: number): void {
  for (const [name, count] of counts)
    console.log(`  ${name.padEnd(12)}${String(count).padStart(8)}  ${percent(count / of)}`)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function compare(before: Ring, after: Ring, all: readonly string[]): void {
  const joined = after.members.filter(({ id }) => !before.has(id)).map(({ id }) => `${id} joined`)
  const left = before.members.filter(({ id }) => !after.has(id)).map(({ id }) => `${id} left`)
  const moved = all.filter((word) => ownerOf(before, word) !== ownerOf(after, word))
  const modulo = all.filter((word) => slot(word, before) !== slot(word, after))
  const how = [...joined, ...left].join(', ') || 'tokens moved'
  console.log(
    `${how}: ${moved.length} of ${all.length} words move, ${percent(moved.length / all.length)} ` +
      `(token modulo number of nodes: ${percent(modulo.length / all.length)})`,
  )
  table(
    counted(moved.map((word) => `${ownerOf(before, word)} → ${ownerOf(after, word)}`)),
    all.length,
  )
}

/** Where the word would be without a ring. */
function slot(word: string, { members }: Ring): number {
  return tokenOf(word).lo % members.length
}

/** Tells rings apart. */
function signature(ring: Ring): string {
  const own = Array.from({ length: ring.size }, (_, i) => {
    return `${formatToken(ring.tokenAt(i))} ${ring.ownerAt(i).id}`
  })
  return own.join()
}

const all = words()
let ring: Ring | undefined
for await (const next of rings()) {
  if (next === undefined || (ring !== undefined && signature(ring) === signature(next))) continue
  if (ring !== undefined) compare(ring, next, all)
  console.log(`${all.length} words over ${next.members.length} nodes`)
  table(counted(all.map((word) => ownerOf(next, word))), all.length)
  ring = next
}
