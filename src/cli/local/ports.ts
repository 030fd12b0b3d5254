/**
 * Which ports the agents of a local cluster use, and whether they are free. n1 has the base port
 * for gossip (7946) and the one 34 above for its API (7980), so that the defaults of every command
 * find it; n2 has the next two, and after 34 agents the next block of 68 begins.
 */
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

const BLOCK = 34
const HOST = '127.0.0.1'
const HIGHEST = 65535

export const DEFAULT_BASE_PORT = 7946

export interface Ports {
  readonly gossip: number
  readonly api: number
}

/** @param index 0 for n1 */
export function portsOf(basePort: number, index: number): Ports {
  const gossip = basePort + Math.floor(index / BLOCK) * 2 * BLOCK + (index % BLOCK)
  return { gossip, api: gossip + BLOCK }
}

export const loopback = (port: number): string => `${HOST}:${port}`

/** The largest base port that has room for so many agents. */
export function highestBase(count: number): number {
  return HIGHEST - portsOf(0, Math.max(0, count - 1)).api
}

export interface Taken {
  readonly name: string
  readonly port: number
  readonly use: 'gossip' | 'API'
}

/** The ports that something else holds; `free` is asked about each. */
export async function takenPorts(
  basePort: number,
  indexes: readonly number[],
  free: (port: number) => Promise<boolean> = isFree,
): Promise<Taken[]> {
  const taken: Taken[] = []
  for (const index of indexes) {
    const { gossip, api } = portsOf(basePort, index)
    const name = `n${index + 1}`
    if (!(await free(gossip))) taken.push({ name, port: gossip, use: 'gossip' })
    if (!(await free(api))) taken.push({ name, port: api, use: 'API' })
  }
  return taken
}

const SEARCH_STEPS = 50

/** A base port near the wanted one whose ports are all free; undefined when none is found soon. */
export async function freeBase(
  wanted: number,
  count: number,
  free: (port: number) => Promise<boolean> = isFree,
): Promise<number | undefined> {
  const indexes = Array.from({ length: count }, (_, index) => index)
  for (let step = 1; step <= SEARCH_STEPS; step++) {
    const base = wanted + step * 100
    if (base > highestBase(count)) return undefined
    if ((await takenPorts(base, indexes, free)).length === 0) return base
  }
  return undefined
}

/** Whether UDP and TCP could both be bound on loopback just now. */
export async function isFree(port: number): Promise<boolean> {
  return (await tcpFree(port)) && (await udpFree(port))
}

function tcpFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

function udpFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.once('error', () => resolve(false))
    socket.bind({ port, address: HOST, exclusive: true }, () => socket.close(() => resolve(true)))
  })
}
