/**
 * Addresses as sockets want them. Parsing one costs more than sending to it, so the parsed form is
 * kept; and `dgram` is given a look-up that answers at once, because an address of the protocol is
 * always numeric.
 */
import { isIP, isIPv4 } from 'node:net'
import { joinAddress, readAddress, splitAddress, writeAddress } from '../base/address.js'
import { Reader, Writer } from '../base/bytes.js'
import type { Address } from '../base/machine.js'

export interface Endpoint {
  readonly host: string
  readonly port: number
}

const KEPT = 4096
const MAPPED = '::ffff:'

export class Endpoints {
  private readonly version: 4 | 6
  /** At most KEPT; all are forgotten when it is full. */
  private readonly known = new Map<Address, Endpoint | null>()

  /** @param version of the sockets that will send: one of IPv6 reaches IPv4 by mapped addresses */
  constructor(version: 4 | 6) {
    this.version = version
  }

  /** null for what is no numeric address or cannot be reached from here. */
  of(address: Address): Endpoint | null {
    const known = this.known.get(address)
    if (known !== undefined) return known
    if (this.known.size >= KEPT) this.known.clear()
    const endpoint = this.parse(address)
    this.known.set(address, endpoint)
    return endpoint
  }

  private parse(address: Address): Endpoint | null {
    const parts = splitAddress(address)
    if (parts === undefined || parts.port === 0 || isIP(parts.host) === 0) return null
    if (this.version === 4) return isIPv4(parts.host) ? parts : null
    return isIPv4(parts.host) ? { host: MAPPED + parts.host, port: parts.port } : parts
  }
}

/**
 * Of a host that is numeric. Node's own test compiles a pattern that takes ten times as long as
 * binding a socket.
 */
export function versionOf(host: string): 4 | 6 {
  return host.includes(':') ? 6 : 4
}

/** How the protocol spells where something came from: mapped IPv4 as IPv4. */
export function addressFrom(host: string, port: number): Address {
  return joinAddress(host.startsWith(MAPPED) && isIPv4(host.slice(7)) ? host.slice(7) : host, port)
}

/** The one spelling that the wire gives back: `[0:0::1]:7946` is `[::1]:7946`. */
export function canonical(host: string, port: number): Address {
  const address = addressFrom(host, port)
  if (versionOf(host) === 4) return address
  const out = new Writer(32)
  writeAddress(out, address)
  return readAddress(new Reader(out.take())) || address
}

/** The look-up of a host that is numeric already. */
export function lookupNumeric(
  host: string,
  _options: unknown,
  answer: (error: null, host: string, family: number) => void,
): void {
  answer(null, host, versionOf(host))
}
