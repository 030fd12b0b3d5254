/** Nodes with data that see each other as the test says: real transport, stores of any kind. */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import { known } from '../../../src/base/assert.js'
import { CopyAnswers } from '../../../src/agent/data/copy-answers.js'
import { CopyJournal } from '../../../src/agent/data/copy-journal.js'
import type { CopySight } from '../../../src/agent/data/copy-sight.js'
import { Cleaner } from '../../../src/agent/data/cleaner.js'
import { Mover, type MoverSettings } from '../../../src/agent/data/mover.js'
import { Pace, type Tempo } from '../../../src/agent/data/pace.js'
import { Switchboard } from '../../../src/agent/data/switchboard.js'
import { TcpRpc } from '../../../src/agent/data/tcp-rpc.js'
import { Merging } from '../../../src/cluster/data/merging.js'
import { MemoryStorage } from '../../../src/cluster/data/memory-storage.js'
import type { Piece } from '../../../src/cluster/data/rpc.js'
import { rowEntry } from '../../../src/cluster/data/row.js'
import type { Entry, Storage } from '../../../src/cluster/data/storage.js'
import type { Logged, Position, Wal } from '../../../src/cluster/data/wal.js'

export const MOVE = 'm1'

/** What all of them see. */
export class Stage {
  epoch = 5
  trusted = true
  readonly moves = new Set([MOVE])
  readonly down = new Set<string>()
  readonly dropped = new Set<string>()
  readonly nodes = new Map<string, Beside>()

  async add(name: string, storage: Storage = new MemoryStorage(), wal?: Wal): Promise<Beside> {
    const beside = await Beside.open(this, name, storage, wal ?? new MemoryWal())
    this.nodes.set(name, beside)
    return beside
  }

  async end(): Promise<void> {
    for (const beside of this.nodes.values()) await beside.end()
  }
}

export class Beside implements CopySight {
  readonly copied: string[] = []
  readonly sockets = new Set<Socket>()
  readonly merging: Merging
  readonly rpc: TcpRpc
  readonly cleaner: Cleaner
  readonly storage: Storage
  readonly name: string
  /** Is told 1 when it begins to answer a stream, and -1 at its end. */
  onStream: (change: number) => Promise<void> = () => Promise.resolve()
  private readonly stage: Stage
  private readonly server: Server
  private readonly journal: CopyJournal
  private port = 0

  private constructor(stage: Stage, name: string, storage: Storage, journal: CopyJournal) {
    this.stage = stage
    this.name = name
    this.storage = storage
    this.journal = journal
    this.merging = new Merging(storage)
    this.rpc = new TcpRpc({
      introduce: () => ({ cluster: 'blue', clusterId: '', address: this.address }),
      dial: (to) => {
        const [host = '', port] = to.split(':')
        return connect({ host, port: Number(port), noDelay: true })
      },
    })
    this.server = createServer({ noDelay: true }, (socket) => {
      this.sockets.add(socket)
      this.rpc.accept(socket)
    })
    const pace = new Pace(0)
    const common = { storage, merging: this.merging, sight: this, pace }
    const services = new Switchboard()
    const answers = new CopyAnswers(common)
    services.add('copy', {
      answer: (method, body) => answers.answer(method, body),
      stream: (method, body, from) => this.counted(answers.stream(method, body, from)),
    })
    this.rpc.serve(services)
    this.cleaner = new Cleaner({ ...common, rpc: this.rpc })
  }

  static async open(stage: Stage, name: string, storage: Storage, wal: Wal): Promise<Beside> {
    const beside = new Beside(stage, name, storage, await CopyJournal.open(wal))
    beside.server.listen(0, '127.0.0.1')
    await once(beside.server, 'listening')
    const address = beside.server.address()
    beside.port = typeof address === 'object' && address !== null ? address.port : 0
    return beside
  }

  mover(settings: Partial<MoverSettings> = {}, time?: Tempo): Mover {
    return new Mover({
      ...(time === undefined ? {} : { time }),
      storage: this.storage,
      merging: this.merging,
      rpc: this.rpc,
      journal: this.journal,
      sight: this,
      settings: { rate: 0, linkRate: 0, parallel: 2, ...settings },
      copied: (move) => this.copied.push(move),
    })
  }

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  get epoch(): number {
    return this.stage.epoch
  }

  get trusted(): boolean {
    return this.stage.trusted
  }

  isUnderWay(move: string): boolean {
    return this.stage.moves.has(move)
  }

  get self(): string {
    return this.name
  }

  isKept(keyspace: string): boolean {
    return !this.stage.dropped.has(keyspace)
  }

  isDown(hostId: string): boolean {
    return this.stage.down.has(hostId)
  }

  addressOf(hostId: string): string | undefined {
    return this.stage.nodes.get(hostId)?.address
  }

  nameOf(hostId: string): string {
    return hostId
  }

  private async *counted(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece, void, undefined> {
    await this.onStream(1)
    try {
      yield* pieces
    } finally {
      await this.onStream(-1)
    }
  }

  /** Breaks every connection to it. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy()
    this.sockets.clear()
  }

  async keep(entries: readonly Entry[]): Promise<void> {
    await this.storage.write(entries)
  }

  async rows(): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    for await (const batch of this.storage.scan({ from: new Uint8Array(), to: null }))
      for (const { key, value } of batch) found.set(hex(key), hex(value))
    return found
  }

  async end(): Promise<void> {
    await this.rpc.close()
    await this.cleaner.close()
    await new Promise((resolve) => this.server.close(resolve))
  }
}

/** A log that forgets: an array. */
export class MemoryWal implements Wal {
  first = 0
  private readonly records: Uint8Array[] = []

  get next(): Position {
    return this.first + this.records.length
  }

  append(records: readonly Uint8Array[]): Promise<Position> {
    const { next } = this
    this.records.push(...records)
    return Promise.resolve(next)
  }

  async *read(from: Position): AsyncIterable<Logged> {
    for (const [i, record] of [...this.records].entries())
      if (this.first + i >= from) yield await Promise.resolve({ position: this.first + i, record })
  }

  trim(before: Position): Promise<void> {
    const gone = Math.max(0, Math.min(before, this.next) - this.first)
    this.records.splice(0, gone)
    this.first += gone
    return Promise.resolve()
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

const HOST = '00000000-0000-0000-0000-00000000000a'

/** A row whose stamp is its millisecond alone. */
export function row(key: string, millis: number, value: string | null, keyspace = 'shop'): Entry {
  const stamp = { millis, counter: 0, hostId: HOST }
  const bytes = value === null ? null : Buffer.from(value)
  return rowEntry({ keyspace, key: Buffer.from(key), value: bytes, stamp })
}

export function rows(count: number, size = 100, millis = 1, keyspace = 'shop'): Entry[] {
  const value = 'x'.repeat(size)
  return Array.from({ length: count }, (_, i) => row(`key ${i}`, millis, value, keyspace))
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

export async function until(holds: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    if (holds()) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(`never: ${what}`)
}

export function the<T>(value: T | undefined): T {
  return known(value, 'the')
}
