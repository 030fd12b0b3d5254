/**
 * UTF-8 without a platform: the deterministic floors have no TextEncoder. Decoding is strict;
 * malformed text is a value (undefined), never a replacement character that two nodes might
 * disagree about.
 */

export function utf8Length(text: string): number {
  let size = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) size += 1
    else if (unit < 0x800) size += 2
    else if (isPair(text, i)) {
      size += 4
      i++
    } else size += 3
  }
  return size
}

/**
 * Writes at `offset`, where there is room for `utf8Length(text)` bytes. A lone surrogate becomes
 * U+FFFD.
 */
export function writeUtf8(text: string, into: Uint8Array, offset: number): void {
  let end = offset
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) {
      into[end++] = unit
      continue
    }
    const pair = isPair(text, i)
    const point = pair ? (text.codePointAt(i++) ?? 0) : isSurrogate(unit) ? 0xfffd : unit
    end = writePoint(point, into, end)
  }
}

export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text))
  writeUtf8(text, bytes, 0)
  return bytes
}

/** The text, or undefined when the bytes are not well-formed UTF-8. */
export function readUtf8(bytes: Uint8Array, from = 0, to = bytes.length): string | undefined {
  let text = ''
  for (let i = from; i < to;) {
    const lead = bytes[i] ?? 0
    const size =
      lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : 4
    if (size === 4 && !(lead >= 0xf0 && lead < 0xf5)) return undefined
    const point = size === 1 ? lead : readPoint(bytes, i, size, to)
    if (point === undefined) return undefined
    text += String.fromCodePoint(point)
    i += size
  }
  return text
}

const SMALLEST = [0, 0, 0x80, 0x800, 0x10000] as const

function readPoint(bytes: Uint8Array, from: number, size: number, to: number): number | undefined {
  if (from + size > to) return undefined
  let point = (bytes[from] ?? 0) & (0x7f >> size)
  for (let i = 1; i < size; i++) {
    const byte = bytes[from + i] ?? 0
    if ((byte & 0xc0) !== 0x80) return undefined
    point = point * 64 + (byte & 0x3f)
  }
  const overlong = point < (SMALLEST[size] ?? 0)
  return overlong || point > 0x10ffff || isSurrogate(point) ? undefined : point
}

function writePoint(point: number, into: Uint8Array, offset: number): number {
  let end = offset
  if (point < 0x800) into[end++] = 0xc0 | (point >> 6)
  else if (point < 0x10000) {
    into[end++] = 0xe0 | (point >> 12)
    into[end++] = 0x80 | ((point >> 6) & 0x3f)
  } else {
    into[end++] = 0xf0 | (point >> 18)
    into[end++] = 0x80 | ((point >> 12) & 0x3f)
    into[end++] = 0x80 | ((point >> 6) & 0x3f)
  }
  into[end++] = 0x80 | (point & 0x3f)
  return end
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xe000
}

function isPair(text: string, i: number): boolean {
  const next = text.charCodeAt(i + 1)
  const unit = text.charCodeAt(i)
  return unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000
}
