/**
 * HOST:PORT as text and as bytes. Text is what people and sockets use; on the wire an address is a
 * family byte, four or sixteen bytes and a port.
 */
import type { Address } from './machine.js'
import type { Reader, Writer } from './bytes.js'

const IPV4 = 4
const IPV6 = 6

/** Splits HOST:PORT or [V6]:PORT; undefined when it is neither. The host may be a name. */
export function splitAddress(text: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^[\]:]+)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  return host === undefined || port > 65535 ? undefined : { host, port }
}

export function joinAddress(host: string, port: number): Address {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

export function writeAddress(out: Writer, address: Address): void {
  const parts = splitAddress(address)
  const bytes = parts && hostBytes(parts.host)
  if (parts === undefined || bytes === undefined) return out.u8(0)
  out.u8(bytes.length === 4 ? IPV4 : IPV6)
  for (const byte of bytes) out.u8(byte)
  out.u16(parts.port)
}

/** The address, or '' where the writer had none; a strange family fails the reader. */
export function readAddress(from: Reader): Address {
  const family = from.u8()
  if (family === 0) return ''
  if (family === IPV4) {
    const host = `${from.u8()}.${from.u8()}.${from.u8()}.${from.u8()}`
    return `${host}:${from.u16()}`
  }
  if (family !== IPV6) from.fail()
  const groups = Array.from({ length: 8 }, () => from.u16())
  return from.failed ? '' : `[${compressV6(groups)}]:${from.u16()}`
}

function hostBytes(host: string): readonly number[] | undefined {
  return host.includes(':') ? bytesOfV6(host) : bytesOfV4(host)
}

function bytesOfV4(host: string): readonly number[] | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(host)) return undefined
  const bytes = host.split('.').map(Number)
  return bytes.every((byte) => byte < 256) ? bytes : undefined
}

function bytesOfV6(host: string): readonly number[] | undefined {
  const halves = host.split('::')
  if (halves.length > 2) return undefined
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - left.length - right.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...left, ...Array.from({ length: Math.max(missing, 0) }, () => '0'), ...right]
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  return groups.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255])
}

/**
 * RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as `::`.
 */
function compressV6(groups: readonly number[]): string {
  let from = -1
  let size = 1
  for (let i = 0; i < groups.length; i++) {
    let end = i
    while (end < groups.length && groups[end] === 0) end++
    if (end - i > size) {
      from = i
      size = end - i
    }
  }
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':')
  return from < 0 ? hex(groups) : `${hex(groups.slice(0, from))}::${hex(groups.slice(from + size))}`
}
