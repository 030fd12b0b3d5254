/**
 * One client of the proof: one operation after the other for as long as it runs, at whichever agent
 * it draws. It writes rows of its own at QUORUM, some at ALL, deletes a few, and reads rows of
 * everybody at QUORUM. What fails is not acknowledged, and was perhaps done all the same.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import * as v from 'valibot'
import type { Random } from '../../../src/base/random.js'
import { DELETED, type Ledger } from './ledger.js'

const row = v.object({ value: v.nullable(v.string()) })
const wrote = v.object({ seen: v.string() })
const refusal = v.object({ error: v.object({ code: v.string() }) })

/** Beyond the two seconds that an agent takes before it gives up. */
const PATIENCE = 10_000
/** Half of all operations meet so many of its rows, so that versions follow each other closely. */
const HOT = 50

export interface ClientParts {
  readonly ledger: Ledger
  readonly random: Random
  /** Its rows are those whose number leaves `turn` when divided by `of`. */
  readonly turn: number
  readonly of: number
  /** The API of each agent that may be asked. */
  readonly urls: () => readonly string[]
  /** Milliseconds after each operation. */
  readonly pause: number
}

export class Client {
  readonly counts = { reads: 0, writes: 0, writesAtAll: 0, deletes: 0 }
  /** How often each answer other than yes came, by code; at most the codes there are. */
  readonly refused = new Map<string, number>()
  private readonly parts: ClientParts
  /** The stamp of its last write: the next one comes after it, whoever takes it. */
  private seen = ''
  private stopped = false

  constructor(parts: ClientParts) {
    this.parts = parts
  }

  async run(): Promise<void> {
    const { random, pause } = this.parts
    while (!this.stopped) {
      const draw = random.int(100)
      if (draw < 50) await this.read(random.int(this.parts.ledger.keys.length))
      else if (draw < 89) await this.write(this.own(), 'QUORUM')
      else if (draw < 99) await this.write(this.own(), 'ALL')
      else await this.delete(this.own())
      if (pause > 0) await sleep(pause)
    }
  }

  stop(): void {
    this.stopped = true
  }

  private own(): number {
    const { random, turn, of, ledger } = this.parts
    const mine = Math.floor((ledger.keys.length - turn - 1) / of) + 1
    return turn + of * random.int(random.int(2) === 0 ? Math.min(HOT, mine) : mine)
  }

  private async read(number: number): Promise<void> {
    const { ledger } = this.parts
    const floor = ledger.floor(number)
    const answer = await this.ask(number, 'QUORUM', {})
    if (answer === undefined) return
    this.counts.reads++
    ledger.read(number, floor, v.parse(row, answer).value)
  }

  private async write(number: number, level: 'QUORUM' | 'ALL'): Promise<void> {
    const { ledger } = this.parts
    if (ledger.isDeleted(number)) return
    const version = ledger.next(number)
    const body = ledger.text(number, version)
    if (!(await this.change(number, level, { method: 'PUT', body }))) return
    ledger.acknowledged(number, version, level)
    if (level === 'ALL') this.counts.writesAtAll++
    else this.counts.writes++
  }

  private async delete(number: number): Promise<void> {
    const { ledger } = this.parts
    ledger.deleting(number)
    if (!(await this.change(number, 'QUORUM', { method: 'DELETE' }))) return
    ledger.acknowledged(number, DELETED, 'QUORUM')
    this.counts.deletes++
  }

  private async change(number: number, level: string, init: RequestInit): Promise<boolean> {
    const answer = await this.ask(number, level, init)
    if (answer === undefined) return false
    this.seen = `&seen=${v.parse(wrote, answer).seen}`
    return true
  }

  private async ask(number: number, level: string, init: RequestInit): Promise<unknown> {
    const { ledger, random, urls } = this.parts
    const key = encodeURIComponent(ledger.keys[number] ?? '')
    const url = `${random.pick(urls())}/v1/kv/shop/${key}?level=${level}${this.seen}`
    const signal = AbortSignal.timeout(PATIENCE)
    const response = await fetch(url, { ...init, signal }).catch(() => undefined)
    const answer: unknown = await response?.json().catch(() => undefined)
    if (response?.ok === true && answer !== undefined) return answer
    const read = v.safeParse(refusal, answer)
    const code = read.success ? read.output.error.code : 'no answer'
    this.refused.set(code, (this.refused.get(code) ?? 0) + 1)
    return undefined
  }
}
