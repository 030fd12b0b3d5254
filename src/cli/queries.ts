/** What the asking commands do: ask, then print the layout or the JSON. */
import type * as v from 'valibot'
import { answers } from './answers.js'
import { answerOf, ask, checked, shortUrl } from './api.js'
import { wrongUse } from './failure.js'
import { followUntilStopped } from './follow.js'
import { eventLine, readEvent } from './layout/event.js'
import { failureDetectorLines, gossipInfoLines } from './layout/gossip.js'
import { infoLines } from './layout/info.js'
import { drawnRing, endpointsLines, endpointsNote, ringLines } from './layout/ring.js'
import { statusLines } from './layout/status.js'
import { storyLines } from './layout/story.js'
import type { CopiesOptions, QueryOptions } from './query-options.js'
import { coloursFor, type Surroundings } from './surroundings.js'
import { runningTarget, targetOf } from './target.js'

type EventOptions = QueryOptions & { since?: string; all?: true }
type StatusOptions = CopiesOptions & { resolveIp?: true; watch?: true }
type RingOptions = CopiesOptions & { resolveIp?: true; draw?: true }
type EndpointOptions = CopiesOptions & { hex?: true }

export class Queries {
  private readonly around: Surroundings

  constructor(around: Surroundings) {
    this.around = around
  }

  async status(options: StatusOptions, keyspace?: string): Promise<void> {
    if (options.watch && keyspace !== undefined)
      throw wrongUse('--watch shows the whole cluster: leave KEYSPACE away, or --watch.')
    if (options.watch && !options.json && this.around.out.terminal) return this.watch(options)
    const colours = coloursFor(this.around)
    const look = { names: options.resolveIp === true, effective: keyspace !== undefined, colours }
    const path = `/v1/status${questionOf({ keyspace, replication: options.replication })}`
    await this.answer(options, path, answers.status, (status) => statusLines(status, look))
  }

  async ring(options: RingOptions, keyspace?: string): Promise<void> {
    const path = `/v1/ring${questionOf({ keyspace, replication: options.replication })}`
    const { columns } = this.around.out
    await this.answer(options, path, answers.ring, (ring) =>
      options.draw ? drawnRing(ring, columns) : ringLines(ring, options.resolveIp === true),
    )
  }

  async endpoints(options: EndpointOptions, keyspace = '', key = ''): Promise<void> {
    const { replication } = options
    const asked = { keyspace, replication, ...(options.hex ? { hex: key } : { key }) }
    const path = `/v1/endpoints${questionOf(asked)}`
    await this.answer(options, path, answers.endpoints, (found) => {
      if (this.around.err.terminal) this.around.err.write(`${endpointsNote(found)}\n`)
      return endpointsLines(found)
    })
  }

  private async watch(options: QueryOptions & { resolveIp?: true }): Promise<void> {
    const given = options.api ?? this.around.env['MURMUR_API'] ?? ''
    const fixed = targetOf(options.api, this.around)
    // Of a local cluster, whoever runs is asked: the first may be killed meanwhile.
    const choose = (): string => (given === '' ? (runningTarget(this.around) ?? fixed) : fixed)
    const { watchStatus } = await import('./status-watch.js')
    await watchStatus(choose, { names: options.resolveIp === true }, this.around)
  }

  async explain(node: string, options: QueryOptions): Promise<void> {
    const path = `/v1/explain/${encodeURIComponent(node)}`
    await this.answer(options, path, answers.explanation, (story, url) =>
      storyLines(story, shortUrl(url), this.around.wall(), coloursFor(this.around)),
    )
  }

  async info(options: QueryOptions & { tokens?: true }): Promise<void> {
    const ring = options.tokens
      ? await ask(targetOf(options.api, this.around), '/v1/ring', answers.ring)
      : undefined
    await this.answer(options, '/v1/info', answers.info, (info) =>
      infoLines(info, ring?.nodes.find(({ hostId }) => hostId === info.hostId)?.tokens),
    )
  }

  async gossipinfo(options: QueryOptions): Promise<void> {
    await this.answer(options, '/v1/gossip', answers.gossip, gossipInfoLines)
  }

  async failuredetector(options: QueryOptions): Promise<void> {
    await this.answer(options, '/v1/gossip', answers.gossip, failureDetectorLines)
  }

  async events(options: EventOptions): Promise<void> {
    const { around } = this
    const url = targetOf(options.api, around)
    const what = { url, path: '/v1/events', last: options.since }
    for await (const { data } of followUntilStopped(around, what)) this.printEvent(data, options)
  }

  private printEvent(data: string, options: EventOptions): void {
    const event = readEvent(data)
    if (options.json) this.print(data)
    else if (event !== undefined && (event.level !== 'debug' || options.all === true)) {
      this.print(eventLine(event, coloursFor(this.around)))
    }
  }

  async goodbye(how: 'leave' | 'drain', options: QueryOptions): Promise<void> {
    const url = targetOf(options.api, this.around)
    const answer = await answerOf(url, `/v1/${how}`, 'POST')
    const says = how === 'leave' ? 'leaves' : 'drains'
    const text = `The agent at ${shortUrl(url)} ${says} and ends; the others hear of it at once.`
    this.print(options.json ? JSON.stringify(answer, null, 2) : text)
  }

  /** Asks, then prints the answer as it came or laid out. */
  private async answer<S extends v.GenericSchema>(
    options: QueryOptions,
    path: string,
    schema: S,
    layout: (answer: v.InferOutput<S>, url: string) => readonly string[],
  ): Promise<void> {
    const url = targetOf(options.api, this.around)
    const body = await answerOf(url, path)
    const answer = checked(body, schema, url, path)
    this.print(options.json ? JSON.stringify(body, null, 2) : layout(answer, url).join('\n'))
  }

  private print(text: string): void {
    this.around.out.write(`${text}\n`)
  }
}

/** `?keyspace=orders&key=a%2Fb`, without what is undefined. */
function questionOf(asked: Readonly<Record<string, string | undefined>>): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(asked)) if (value !== undefined) given.set(name, value)
  return given.size === 0 ? '' : `?${given.toString()}`
}
