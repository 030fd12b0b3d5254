/** What the asking commands do: ask, then print the layout or the JSON. */
import type * as v from 'valibot'
import { answers } from './answers.js'
import { answerOf, checked, shortUrl } from './api.js'
import { wordsOf } from './failure.js'
import { follow } from './follow.js'
import { eventLine, readEvent } from './layout/event.js'
import { failureDetectorLines, gossipInfoLines } from './layout/gossip.js'
import { infoLines } from './layout/info.js'
import { statusLines } from './layout/status.js'
import { storyLines } from './layout/story.js'
import type { QueryOptions } from './query-options.js'
import { coloursFor, type Surroundings } from './surroundings.js'
import { runningTarget, targetOf } from './target.js'

type EventOptions = QueryOptions & { since?: string; all?: true }

export class Queries {
  private readonly around: Surroundings

  constructor(around: Surroundings) {
    this.around = around
  }

  async status(options: QueryOptions & { resolveIp?: true; watch?: true }): Promise<void> {
    if (options.watch && !options.json && this.around.out.terminal) return this.watch(options)
    const colours = coloursFor(this.around)
    await this.answer(options, '/v1/status', answers.status, (status) =>
      statusLines(status, { names: options.resolveIp === true, colours }),
    )
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

  async info(options: QueryOptions): Promise<void> {
    await this.answer(options, '/v1/info', answers.info, infoLines)
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
    const stop = new AbortController()
    const forget = around.onStop(() => stop.abort())
    const lost = (why: Error): void =>
      around.err.write(`murmur: ${wordsOf(why)} Trying again until Ctrl-C.\n`)
    const following = { url, path: '/v1/events', stop: stop.signal, lost, last: options.since }
    for await (const { data } of follow(following)) this.printEvent(data, options)
    forget()
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
