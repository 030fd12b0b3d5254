/** The listening socket of the API. The routes are loaded when somebody first asks. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { joinAddress } from '../../base/address.js'
import type { Address } from '../../base/machine.js'
import { listenOn, numericHost } from '../sockets.js'
import { errorText } from '../failure.js'
import { isLoopback } from './guard.js'
import { errorBody } from './refusal.js'
import type { Routes } from './routes.js'
import type { Sources } from './sources.js'

export interface Api {
  readonly address: Address
  close(): void
}

/**
 * Listens at once, so that a port that is taken shows before anything else was done; requests wait
 * for `sources`.
 *
 * @throws {OperatorError} when the address cannot be bound
 */
export async function openApi(host: string, port: number, sources: Promise<Sources>): Promise<Api> {
  const numeric = await numericHost(host, 'api')
  let loaded: Promise<Routes> | undefined
  const load = async (): Promise<Routes> => {
    const { routesOver } = await import('./routes.js')
    return routesOver(await sources, isLoopback(numeric))
  }
  const server = createServer((request, response) => {
    loaded ??= load()
    loaded
      .then((routes) => routes.handle(request, response))
      .catch((error: unknown) => fail(request, response, error))
  })
  const bound = await listenOn(server, numeric, port, 'api')
  return {
    address: joinAddress(numeric, bound),
    close: () => {
      server.close()
      loaded?.then((routes) => routes.close()).catch(() => undefined)
      setTimeout(() => server.closeAllConnections(), 100).unref()
      server.closeIdleConnections()
    },
  }
}

function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  request.resume()
  if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' })
  const body = errorBody('internal', errorText(error), 'Look into the log of the agent.')
  response.end(JSON.stringify(body))
}
