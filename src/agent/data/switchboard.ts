/** One transport for several services: what stands before the `/` of a method says whose it is. */
import type { Address } from '../../base/machine.js'
import type { Piece, Service } from '../../cluster/data/rpc.js'

export class Switchboard implements Service {
  /** By prefix; bounded by the services there are. */
  private readonly services = new Map<string, Service>()

  add(prefix: string, service: Service): void {
    this.services.set(prefix, service)
  }

  answer(method: string, body: Uint8Array, by: Address): Promise<Uint8Array> {
    const service = this.serviceOf(method)
    if (service === undefined) return Promise.reject(unknown(method))
    return service.answer(method, body, by)
  }

  stream(method: string, body: Uint8Array, from: Uint8Array, by: Address): AsyncIterable<Piece> {
    const service = this.serviceOf(method)
    if (service === undefined) throw unknown(method)
    return service.stream(method, body, from, by)
  }

  private serviceOf(method: string): Service | undefined {
    return this.services.get(method.slice(0, method.indexOf('/')))
  }
}

function unknown(method: string): Error {
  return new Error(`this node knows no ${method}: is it of another version, or without --kv?`)
}
