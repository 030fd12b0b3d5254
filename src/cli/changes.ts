/** What the changing commands do: ask one agent, then print what it said. */
import type * as v from 'valibot'
import { parsedJson } from '../base/json.js'
import { nearest } from '../base/nearest.js'
import { answerOf, ask, checked, shortUrl } from './api.js'
import type { ChangeOptions } from './query-options.js'
import { CommandFailure, wrongUse } from './failure.js'
import { followUntilStopped } from './follow.js'
import { configLines, describeLines, doctorLines, movesLines } from './layout/changes.js'
import { outlookLines, watchLine } from './layout/changes.js'
import { answers as shapes, type ConfigAnswer } from './change-answers.js'
import { epochAt, settled } from './settling.js'
import type { Surroundings } from './surroundings.js'
import { targetOf } from './target.js'

type Change = Readonly<Record<string, unknown>> & { readonly kind: string }

export class Changes {
  private readonly around: Surroundings

  constructor(around: Surroundings) {
    this.around = around
  }

  async found(options: ChangeOptions): Promise<void> {
    const url = targetOf(options.api, this.around)
    const body = await answerOf(url, '/v1/changes', 'POST', { kind: 'found' })
    const text = 'The ring is being founded with all agents that are here; see `murmur status`.'
    this.print(options.json ? JSON.stringify(body, null, 2) : text)
  }

  /** Makes a wish known, or with --dry-run shows what would come of it. */
  async change(options: ChangeOptions, change: Change): Promise<void> {
    const url = targetOf(options.api, this.around)
    const dry = options.dryRun === true
    const before = options.wait === true ? await epochAt(url) : 0
    const body = await answerOf(url, '/v1/changes', 'POST', dry ? { ...change, dry } : change)
    if (options.wait === true) {
      const asked = { before, leaves: change.kind === 'leave' }
      const { epoch, why } = await settled(url, asked, this.around)
      const text = `Done at epoch ${epoch}: ${why.join('; ')}.`
      this.print(options.json ? JSON.stringify({ epoch, why }, null, 2) : text)
      return
    }
    if (options.json) {
      this.print(JSON.stringify(body, null, 2))
      return
    }
    if (!dry) {
      this.print('Accepted; it is done as soon as a majority agrees: `murmur moves`.')
      return
    }
    const seen = checked(body, shapes.preview, url, '/v1/changes')
    if (seen.verdict === 'refused')
      throw new CommandFailure(`It would be refused: ${seen.why}. ${seen.next ?? ''}`.trim())
    this.print(outlookLines(seen).join('\n'))
  }

  async join(options: ChangeOptions, seeds: readonly string[]): Promise<void> {
    const url = targetOf(options.api, this.around)
    const body = await answerOf(url, '/v1/join', 'POST', { seeds })
    const text = `The agent at ${shortUrl(url)} meets ${seeds.join(', ')}: see \`murmur status\`.`
    this.print(options.json ? JSON.stringify(body, null, 2) : text)
  }

  /** @throws {CommandFailure} while the ring has not settled: then old copies are still needed */
  async cleanup(options: ChangeOptions): Promise<void> {
    const url = targetOf(options.api, this.around)
    const { moves, epoch, frozen, cleaned } = await ask(url, '/v1/moves', shapes.moves)
    const { agreed, unreachable } = await ask(url, '/v1/cluster', shapes.cluster)
    if (options.json) {
      this.print(
        JSON.stringify({ epoch, frozen, moves: moves.length, agreed, unreachable, cleaned }),
      )
      return
    }
    const [move] = moves
    const waits =
      move !== undefined
        ? `the movement ${move.id} (${move.what}) is under way`
        : frozen
          ? 'the ring is frozen'
          : !agreed
            ? 'not everybody holds the same record yet'
            : undefined
    if (waits !== undefined)
      throw new CommandFailure(`Old copies are kept, ${waits}: \`murmur moves\`.`)
    const kept =
      unreachable.length === 0
        ? ''
        : `; those of ranges that ${unreachable.join(', ')} is to hold are kept until it is back`
    const done =
      cleaned === epoch && epoch !== null
        ? `the node asked holds nothing that is others' at epoch ${epoch}`
        : 'old copies go by themselves after the grace'
    this.print(`Nothing to do: ${done}${kept}.`)
  }

  async create(options: ChangeOptions, keyspace: string, copies: string): Promise<void> {
    await this.change(options, { kind: 'create', keyspace, replication: replicationOf(copies) })
  }

  async alter(options: ChangeOptions, keyspace: string, copies: string): Promise<void> {
    await this.change(options, { kind: 'alter', keyspace, replication: replicationOf(copies) })
  }

  /** @param name of one setting; all of them when absent */
  async config(options: ChangeOptions, name: string | undefined): Promise<void> {
    const url = targetOf(options.api, this.around)
    const answer = await ask(url, '/v1/config', shapes.config)
    const asked = answer.settings.filter((each) => name === undefined || each.name === name)
    if (asked.length === 0) throw unknownSetting(name ?? '', answer)
    if (options.json) this.print(JSON.stringify(name === undefined ? answer : asked[0], null, 2))
    else this.print(configLines({ ...answer, settings: asked }).join('\n'))
  }

  async keyspaces(options: ChangeOptions): Promise<void> {
    const url = targetOf(options.api, this.around)
    const { keyspaces } = await ask(url, '/v1/cluster', shapes.cluster)
    const lines = keyspaces.map(({ name, replication }) => `${name}  ${replication}`)
    if (options.json) this.print(JSON.stringify(keyspaces, null, 2))
    else this.print(lines.length === 0 ? 'No keyspaces.' : lines.join('\n'))
  }

  /** Every record from an epoch on, in order, until Ctrl-C. @throws {CommandFailure} at a gap */
  async watch(options: ChangeOptions & { readonly from?: string }): Promise<void> {
    const { around } = this
    const url = targetOf(options.api, around)
    const path = `/v1/watch${options.from === undefined ? '' : `?from=${options.from}`}`
    for await (const { kind, data } of followUntilStopped(around, { url, path })) {
      if (kind === 'trimmed') throw skipped(url, data)
      const answer = checked(parsedJson(data), shapes.record, url, path)
      this.print(options.json ? data : watchLine(answer))
    }
  }

  async moves(options: ChangeOptions): Promise<void> {
    await this.report(options, '/v1/moves', shapes.moves, movesLines)
  }

  async describe(options: ChangeOptions): Promise<void> {
    await this.report(options, '/v1/cluster', shapes.cluster, describeLines)
  }

  async doctor(options: ChangeOptions): Promise<void> {
    await this.report(options, '/v1/doctor', shapes.doctor, doctorLines)
  }

  private async report<S extends v.GenericSchema>(
    options: ChangeOptions,
    path: string,
    schema: S,
    layout: (answer: v.InferOutput<S>) => readonly string[],
  ): Promise<void> {
    const url = targetOf(options.api, this.around)
    const body = await answerOf(url, path)
    const answer = checked(body, schema, url, path)
    this.print(options.json ? JSON.stringify(body, null, 2) : layout(answer).join('\n'))
  }

  private print(text: string): void {
    this.around.out.write(`${text}\n`)
  }
}

function skipped(url: string, data: string): CommandFailure {
  return new CommandFailure(
    `The agent at ${shortUrl(url)} was behind and skipped records (${data}): ` +
      'watch another one with --api, from the epoch after the last you saw.',
  )
}

function unknownSetting(name: string, { settings }: ConfigAnswer): CommandFailure {
  const names = settings.map((each) => each.name)
  const near = nearest(name, names)
  const meant = near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`
  return wrongUse(`There is no setting ${name}: ${meant}`)
}

/** `dc1=3,dc2=2`, or `simple:3`. */
function replicationOf(text: string): Readonly<Record<string, string>> {
  const [, simple] = /^simple:(.+)$/i.exec(text) ?? []
  if (simple !== undefined) return { replication_factor: simple }
  const parts = text.split(',').map((part) => /^([^=]+)=([^=]+)$/.exec(part.trim()))
  if (parts.some((part) => part === null))
    throw wrongUse(`--replication: ${JSON.stringify(text)} is none, give dc1=3,dc2=2, or simple:3.`)
  return Object.fromEntries(parts.map((part) => [part?.[1] ?? '', part?.[2] ?? '']))
}
