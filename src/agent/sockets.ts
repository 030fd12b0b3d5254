/** Binds UDP and TCP on one port number, both or neither. */
import { createSocket, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { joinAddress } from '../base/address.js'
import { canonical, lookupNumeric, versionOf } from './endpoints.js'
import { errorCodes, errorText, OperatorError } from './failure.js'

export interface Bound {
  readonly udp: Socket
  readonly tcp: Server
  readonly host: string
  readonly port: number
  readonly version: 4 | 6
}

const TRIES = 16

/** @throws {OperatorError} when the address cannot be bound; then nothing is left open */
export async function bindSockets(host: string, port: number): Promise<Bound> {
  const numeric = await numericHost(host, 'bind')
  for (let left = TRIES; ; left--) {
    const tcp = createServer({ noDelay: true })
    await listen(tcp, numeric, port)
    const chosen = portOf(tcp)
    try {
      const udp = await bindUdp(numeric, chosen)
      return { udp, tcp, host: numeric, port: chosen, version: versionOf(numeric) }
    } catch (error) {
      await new Promise((resolve) => tcp.close(resolve))
      // A free TCP port whose UDP twin is taken: only where any port would do is another one tried.
      const another = port === 0 && left > 1 && errorCodes(error).includes('EADDRINUSE')
      if (!another) throw bindFailure(error, 'UDP', joinAddress(host, chosen), 'bind')
    }
  }
}

/** A TCP server that listens. @throws {OperatorError} naming the address and the setting */
export async function listenOn(
  server: Pick<Server, 'listen' | 'once' | 'off' | 'address'>,
  host: string,
  port: number,
  setting: string,
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(bindFailure(error, 'TCP', joinAddress(host, port), setting))
    server.once('error', fail)
    server.listen({ host, port }, () => {
      server.off('error', fail)
      resolve()
    })
  })
  return portOf(server)
}

/** The host as a number. @throws {OperatorError} when it has no address */
export async function numericHost(host: string, setting: string): Promise<string> {
  try {
    return (await lookup(host)).address
  } catch (error) {
    throw new OperatorError(
      'host.unknown',
      `${setting}: the host ${host} has no address (${errorText(error)}).`,
      `Give --${setting} an address of this machine.`,
      error,
    )
  }
}

/**
 * How others may reach what is bound there; a wildcard stands for the first address that is not
 * internal.
 */
export function reachable(
  bound: Pick<Bound, 'host' | 'port' | 'version'>,
  interfaces: Iterable<Interface>,
): string {
  if (bound.host !== '0.0.0.0' && bound.host !== '::') return canonical(bound.host, bound.port)
  const family = bound.version === 4 ? 'IPv4' : 'IPv6'
  const fits = [...interfaces].filter((one) => !one.internal && !isLinkLocal(one.address))
  const best = fits.find((one) => one.family === family) ?? fits[0]
  return canonical(best?.address ?? (bound.version === 4 ? '127.0.0.1' : '::1'), bound.port)
}

interface Interface {
  readonly address: string
  readonly family: string
  readonly internal: boolean
}

function isLinkLocal(address: string): boolean {
  return address.startsWith('fe80:') || address.startsWith('169.254.')
}

async function listen(tcp: Server, host: string, port: number): Promise<void> {
  await listenOn(tcp, host, port, 'bind')
}

async function bindUdp(host: string, port: number): Promise<Socket> {
  const udp = createSocket({ type: `udp${versionOf(host)}`, lookup: lookupNumeric })
  // The look-up answers at once, so the socket may be listening before `bind` returns.
  const listening = once(udp, 'listening')
  udp.bind({ address: host, port, exclusive: true })
  try {
    await listening
    return udp
  } catch (error) {
    udp.close()
    throw error
  }
}

function portOf(server: Pick<Server, 'address'>): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function bindFailure(
  error: unknown,
  kind: string,
  address: string,
  setting: string,
): OperatorError {
  const [code] = errorCodes(error)
  const flag = `--${setting}`
  if (code === 'EADDRINUSE') {
    return new OperatorError(
      'port.taken',
      `${kind} ${address} is taken: another program listens there, perhaps another agent.`,
      `Stop that program, or give another port with ${flag} HOST:PORT.`,
      error,
    )
  }
  if (code === 'EADDRNOTAVAIL') {
    return new OperatorError(
      'address.absent',
      `${address} is no address of this machine.`,
      `Give ${flag} an address of this machine, or 0.0.0.0 with --advertise.`,
      error,
    )
  }
  return new OperatorError(
    'address.refused',
    `${kind} ${address} cannot be bound (${errorText(error)}).`,
    `Give another address with ${flag} HOST:PORT.`,
    error,
  )
}
