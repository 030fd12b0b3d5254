/**
 * The embedded transport of the data plane: framed TCP on the port of the agent. Questions to one
 * peer share a connection; every stream has one of its own, so that bulk never stands before a
 * question. Nothing of it is kept when a connection breaks: askers open anew, streams where they
 * were.
 */
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Address } from '../../base/machine.js'
import { RpcError } from '../../cluster/data/rpc.js'
import type { CallOptions, Piece, Rpc, Service } from '../../cluster/data/rpc.js'
import { Answerer } from './rpc-answerer.js'
import { Asker } from './rpc-asker.js'
import type { Introduction } from './rpc-hello.js'
import { MAGIC } from './rpc-hello.js'
import type { Traffic } from './rpc-wire.js'

/** Most connections for questions; one more closes one on which nothing is under way. */
const PEERS = 256
/** Most connections of others; a further one is ended at once. */
const ANSWERED = 1024
/** Between two tries to open a broken stream again: the first wait, and the longest. */
const FIRST_WAIT = 20
const LONGEST_WAIT = 1000

export interface RpcOptions {
  /** Who this node is, asked for at each introduction. */
  readonly introduce: () => Introduction
  /** Begins to connect. */
  readonly dial: (to: Address) => Socket
}

export class TcpRpc implements Rpc {
  readonly traffic: Traffic = { bytesIn: 0, bytesOut: 0, junk: 0 }
  private readonly options: RpcOptions
  private service: Service | undefined
  /** For questions, by peer, in the order of their making; at most PEERS. */
  private readonly askers = new Map<Address, Asker>()
  /** Every asking end, those of streams too; bounded by what is under way and by PEERS. */
  private readonly asking = new Set<Asker>()
  /** At most ANSWERED. */
  private readonly answering = new Set<Answerer>()
  private closed = false

  constructor(options: RpcOptions) {
    this.options = options
  }

  serve(service: Service): void {
    this.service = service
  }

  /** Whether a connection that begins so is one of the data plane. */
  static claims(first: Uint8Array): boolean {
    return first[0] === MAGIC[0]
  }

  /** A peer has connected. @param first what was read of it already */
  accept(socket: Socket, first?: Buffer): void {
    if (this.closed || this.answering.size >= ANSWERED) {
      socket.destroy()
      return
    }
    const { introduce } = this.options
    const service = (): Service | undefined => this.service
    const answerer = new Answerer(socket, introduce, service, this.traffic, () => {
      this.answering.delete(answerer)
    })
    this.answering.add(answerer)
    if (first !== undefined) answerer.take(first)
  }

  async ask(
    to: Address,
    method: string,
    body: Uint8Array,
    { timeout }: CallOptions,
  ): Promise<Uint8Array> {
    return await this.askerTo(to).ask(method, body, timeout)
  }

  async *open(
    to: Address,
    method: string,
    body: Uint8Array,
    { timeout }: CallOptions,
  ): AsyncGenerator<Piece, void, undefined> {
    let from: Uint8Array = new Uint8Array()
    let heardAt = performance.now()
    for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      const asker = this.dial(to)
      try {
        for await (const piece of asker.open(method, body, from, timeout)) {
          yield piece
          from = piece.position
          heardAt = performance.now()
          wait = FIRST_WAIT
        }
        return
      } catch (error) {
        if (!mayResume(error) || performance.now() - heardAt >= timeout) throw error
      } finally {
        asker.close(closed())
      }
      await sleep(wait)
    }
  }

  close(): Promise<void> {
    this.closed = true
    for (const asker of this.asking) asker.close(closed())
    for (const answerer of this.answering) answerer.drop()
    return Promise.resolve()
  }

  private askerTo(to: Address): Asker {
    const held = this.askers.get(to)
    if (held !== undefined) return held
    this.makeRoom()
    const asker = this.dial(to, () => {
      if (this.askers.get(to) === asker) this.askers.delete(to)
    })
    this.askers.set(to, asker)
    return asker
  }

  private dial(to: Address, onEnd?: () => void): Asker {
    if (this.closed) throw closed()
    const { dial, introduce } = this.options
    const asker = new Asker(dial(to), introduce(), this.traffic, () => {
      this.asking.delete(asker)
      onEnd?.()
    })
    this.asking.add(asker)
    return asker
  }

  private makeRoom(): void {
    if (this.askers.size < PEERS) return
    for (const [peer, asker] of this.askers) {
      if (!asker.idle) continue
      this.askers.delete(peer)
      asker.close(closed())
      return
    }
  }
}

function mayResume(error: unknown): boolean {
  return (
    error instanceof RpcError && (error.trouble === 'broken' || error.trouble === 'unreachable')
  )
}

function closed(): RpcError {
  return new RpcError('closed', 'this end is closed')
}
