/**
 * A world for commands under test: outputs that remember, a working directory, a clock that stands.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { ClusterStatus, NodeStatus } from '../../src/cluster/status.js'
import type { Output, Surroundings } from '../../src/cli/surroundings.js'

export class FakeOutput implements Output {
  /** All that was written, in pieces; bounded by what one test writes. */
  readonly pieces: string[] = []
  terminal = false
  columns = 80
  rows = 24
  /** Called when the size changes; bounded by what one test registers. */
  private readonly listeners = new Set<() => void>()

  write(text: string): void {
    this.pieces.push(text)
  }

  get text(): string {
    return this.pieces.join('')
  }

  onResize(then: () => void): () => void {
    this.listeners.add(then)
    return () => void this.listeners.delete(then)
  }

  resize(columns: number, rows: number): void {
    this.columns = columns
    this.rows = rows
    for (const then of this.listeners) then()
  }
}

export class FakeWorld implements Surroundings {
  readonly out = new FakeOutput()
  readonly err = new FakeOutput()
  env: Record<string, string> = {}
  cwd = '/nowhere/at/all'
  time = Date.UTC(2026, 2, 1, 12, 0, 0)
  /** Called at Ctrl-C; bounded by what one test registers. */
  private readonly listeners = new Set<() => void>()

  wall(): number {
    return this.time
  }

  onStop(then: () => void): () => void {
    this.listeners.add(then)
    return () => void this.listeners.delete(then)
  }

  /** As if Ctrl-C was pressed. */
  interrupt(): void {
    for (const then of [...this.listeners]) then()
  }
}

type Answering = (request: IncomingMessage, response: ServerResponse) => void

/** An HTTP server on a free loopback port for the length of one test. */
export async function withServer(
  answering: Answering,
  test: (address: string) => Promise<void>,
): Promise<void> {
  const server = createServer(answering)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const place = server.address()
  const port = typeof place === 'object' && place !== null ? place.port : 0
  try {
    await test(`127.0.0.1:${port}`)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

export function json(response: ServerResponse, body: unknown, code = 200): void {
  response.writeHead(code, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

export const id = (digit: string): string =>
  [8, 4, 4, 4, 12].map((length) => digit.repeat(length)).join('-')

export function nodeStatus(number: number, part: Partial<NodeStatus> = {}): NodeStatus {
  return {
    hostId: id(String(number)),
    name: `n${number}`,
    address: `127.0.0.1:${7945 + number}`,
    dc: 'dc1',
    rack: 'rack1',
    liveness: 'up',
    state: 'normal',
    generation: 1_700_000_000,
    incarnation: 0,
    phi: null,
    load: null,
    tokens: 16,
    owns: null,
    ...part,
  }
}

export function clusterStatus(
  nodes: readonly NodeStatus[],
  part: Partial<ClusterStatus> = {},
): ClusterStatus {
  return {
    cluster: 'demo',
    clusterId: null,
    epoch: null,
    digest: null,
    settled: true,
    waitingFor: [],
    nodes,
    ...part,
  }
}
