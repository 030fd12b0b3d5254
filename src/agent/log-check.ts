/**
 * Reads LevelDB's write-ahead logs before LevelDB does. It forgives a damaged record by dropping it
 * and what follows in the block, and deletes the evidence; an agent must not forget in silence. A
 * tail that a crash cut short is fine. The format is LevelDB's log_format.md: blocks of 32 KiB,
 * records of crc32c, length and type.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const BLOCK = 32768
const HEADER = 7
const POLYNOMIAL = 0x82f63b78

/** Name of the first damaged log in the directory, or undefined. */
export async function damagedLog(directory: string): Promise<string | undefined> {
  const names = await readdir(directory).catch(() => [])
  for (const name of names.filter((one) => one.endsWith('.log')).sort()) {
    // One that is gone by now was compacted by the agent that holds the directory.
    const log = await readFile(join(directory, name)).catch(() => undefined)
    if (log !== undefined && !isWholeLog(log)) return name
  }
  return undefined
}

/** Whether every record is as it was written, the last one perhaps cut short. */
export function isWholeLog(log: Buffer): boolean {
  let offset = 0
  while (offset < log.length) {
    const left = BLOCK - (offset % BLOCK)
    if (left < HEADER) {
      offset += left
      continue
    }
    if (offset + HEADER > log.length) return true
    const size = log.readUInt16LE(offset + 4)
    const type = log.readUInt8(offset + 6)
    if (type === 0 && size === 0) {
      // Room set aside and never written: nothing follows in this block.
      offset += left
      continue
    }
    if (HEADER + size > left) return false
    if (offset + HEADER + size > log.length) return true
    const record = log.subarray(offset + 6, offset + HEADER + size)
    if (masked(crc32c(record)) !== log.readUInt32LE(offset)) return false
    offset += HEADER + size
  }
  return true
}

/** Castagnoli's CRC; the one of `node:zlib` has another polynomial. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (table[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

/** LevelDB stores checksums rotated, since a CRC over a CRC is weak. */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0)
  return crc
})
