/** `murmur kv put`, `get` and `delete`: one row. */
import type * as v from 'valibot'
import { checked, reach, refusal } from '../api.js'
import { CommandFailure } from '../failure.js'
import type { Surroundings } from '../surroundings.js'
import { targetOf } from '../target.js'
import type { KvOptions } from './options.js'
import { row, wrote } from './shapes.js'

const PATIENCE_MS = 10_000

export class Rows {
  private readonly around: Surroundings
  private readonly options: KvOptions
  private readonly url: string

  constructor(around: Surroundings, options: KvOptions) {
    this.around = around
    this.options = options
    this.url = targetOf(options.api, around)
  }

  async put(keyspace: string, key: string, value: string): Promise<void> {
    const answer = await this.ask('PUT', keyspace, key, wrote, value)
    this.print(answer, `Written at ${answer.level}${missedText(answer.missed)}.`)
  }

  /** @throws {CommandFailure} when there is no such row */
  async get(keyspace: string, key: string): Promise<void> {
    const answer = await this.ask('GET', keyspace, key, row)
    if (!answer.found && !this.options.json)
      throw new CommandFailure(`There is no row ${JSON.stringify(key)} in ${keyspace}.`)
    this.print(answer, answer.value ?? '')
  }

  async delete(keyspace: string, key: string): Promise<void> {
    const answer = await this.ask('DELETE', keyspace, key, wrote)
    this.print(answer, `Deleted at ${answer.level}${missedText(answer.missed)}.`)
  }

  private async ask<S extends v.GenericSchema>(
    method: 'GET' | 'PUT' | 'DELETE',
    keyspace: string,
    key: string,
    schema: S,
    value?: string,
  ): Promise<v.InferOutput<S>> {
    const row = `${encodeURIComponent(keyspace)}/${encodeURIComponent(key)}`
    const { level, seen } = this.options
    const after = seen === undefined ? '' : `&seen=${encodeURIComponent(seen)}`
    const path = `/v1/kv/${row}?level=${level}${after}`
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const body = value === undefined ? {} : { body: value }
    const response = await reach(this.url, path, { method, signal, ...body })
    const answer: unknown = await response.json().catch(() => undefined)
    if (!response.ok) throw refusal(this.url, response.status, answer)
    return checked(answer, schema, this.url, path)
  }

  private print(answer: unknown, text: string): void {
    this.around.out.write(`${this.options.json ? JSON.stringify(answer, null, 2) : text}\n`)
  }
}

function missedText(missed: readonly string[]): string {
  return missed.length === 0 ? '' : ` (not yet confirmed by ${missed.join(', ')})`
}
