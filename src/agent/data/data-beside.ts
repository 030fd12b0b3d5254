/**
 * The data beside a node: its store and log, the transport on the agent's port, the mover and the
 * cleaner, and the key-value service. Loaded only where data is kept.
 */
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { Merging } from '../../cluster/data/merging.js'
import { StorageError, type Storage } from '../../cluster/data/storage.js'
import type { Address } from '../../base/machine.js'
import type { NodeCommand, NodeEvent } from '../../cluster/node.js'
import type { Counter } from '../api/sources.js'
import { OperatorError } from '../failure.js'
import { rowsIn } from '../rows-directory.js'
import { Cleaner } from './cleaner.js'
import { CopyAnswers } from './copy-answers.js'
import { openCopyLog, type CopyLog } from './copy-log.js'
import type { NodeSight } from '../../cluster/data/node-sight.js'
import type { CopySight } from './copy-sight.js'
import { KeyValue } from './key-value.js'
import { LevelStorage } from './level-storage.js'
import { CopyReport } from './copy-report.js'
import { LoadReport } from './load-report.js'
import { Mover, type MoverSettings } from './mover.js'
import { Pace } from './pace.js'
import type { Introduction } from './rpc-hello.js'
import { Switchboard } from './switchboard.js'
import { TcpRpc } from './tcp-rpc.js'

export interface DataOptions {
  readonly directory: string
  readonly settings: MoverSettings
  /** Bytes that must stay free on the disk. */
  readonly reserve: number
  readonly sight: CopySight
  readonly node: NodeSight
  readonly introduce: () => Introduction
  readonly dial: (to: Address) => Socket
  readonly warn: (text: string) => void
}

export class DataBeside {
  readonly storage: Storage
  readonly merging: Merging
  readonly rpc: TcpRpc
  readonly keyValue: KeyValue
  private readonly services = new Switchboard()
  private readonly wal: CopyLog['wal']
  private readonly mover: Mover
  private readonly cleaner: Cleaner
  private readonly report: CopyReport
  /** Where the store is. */
  private readonly rows: string
  private load: LoadReport | undefined
  private command: (command: NodeCommand) => void = () => undefined

  private constructor(options: DataOptions, storage: Storage, { wal, journal }: CopyLog) {
    const { sight, settings } = options
    const merging = new Merging(storage)
    const rpc = new TcpRpc(options)
    const common = { storage, merging, rpc, sight }
    const isBusy = (): boolean => this.keyValue.isBusy
    const pace = new Pace(settings.rate, isBusy)
    this.rows = rowsIn(options.directory)
    this.storage = storage
    this.merging = merging
    this.rpc = rpc
    this.wal = wal
    const copied = (move: string): void => this.command({ kind: 'copied', move })
    this.mover = new Mover({ ...common, journal, settings, isBusy, copied })
    this.report = new CopyReport(
      () => this.mover.progress(),
      (command) => this.command(command),
    )
    this.cleaner = new Cleaner({ ...common, pace })
    this.services.add('copy', new CopyAnswers({ storage, merging, sight, pace }))
    const command = (given: NodeCommand): void => this.command(given)
    this.keyValue = new KeyValue({ storage, merging, rpc, sight: options.node, command })
    this.services.add('kv', this.keyValue)
    rpc.serve(this.services)
  }

  /** @throws {OperatorError} rows.locked, rows.damaged, rows.full or rows.failed */
  static async open(options: DataOptions): Promise<DataBeside> {
    const { directory, reserve } = options
    const opened: { close(): Promise<void> }[] = []
    try {
      const storage = await LevelStorage.open(rowsIn(directory), { reserve })
      opened.push(storage)
      const log = await openCopyLog(join(directory, 'copies'), reserve, options.warn)
      return new DataBeside(options, storage, log)
    } catch (error) {
      for (const each of opened) await each.close()
      if (!(error instanceof StorageError)) throw error
      throw new OperatorError(`rows.${error.trouble}`, error.message, error.next, error)
    }
  }

  /** Takes a connection to the agent's port that is of the data plane. */
  claim(socket: Socket, first: Buffer): boolean {
    if (!TcpRpc.claims(first)) return false
    this.rpc.accept(socket, first)
    return true
  }

  /** The node that it serves, from now on. */
  connect(command: (command: NodeCommand) => void): void {
    this.command = command
    this.load = new LoadReport(this.rows, command)
  }

  hear(event: NodeEvent): void {
    if (event.kind === 'ring.copy') {
      this.mover.begin(event)
      this.report.begin()
    } else if (event.kind === 'ring.drop') this.cleaner.begin(event)
    else if (event.kind === 'ring.changed') this.keyValue.look()
  }

  /** The last epoch under which all that this node has no part in was deleted; 0 before any. */
  get cleaned(): number {
    return this.cleaner.cleaned
  }

  /** Totals since the start. */
  get counters(): readonly Counter[] {
    const { bytesIn, bytesOut, junk } = this.rpc.traffic
    const { dropped, handed } = this.cleaner.counts
    return [
      { name: 'data_bytes_received', help: 'Bytes from other data planes.', value: bytesIn },
      { name: 'data_bytes_sent', help: 'Bytes to other data planes.', value: bytesOut },
      { name: 'data_junk', help: 'Data connections ended for what came on them.', value: junk },
      { name: 'rows_dropped', help: 'Rows deleted that others keep now.', value: dropped },
      { name: 'rows_handed', help: 'Rows handed to their owners first.', value: handed },
    ]
  }

  async close(): Promise<void> {
    this.report.end()
    this.load?.end()
    this.keyValue.close()
    this.mover.close()
    await this.rpc.close()
    await this.cleaner.close()
    await this.storage.close()
    await this.wal.close()
  }
}
