/** Cutting lines to a width as the eye sees it: colour sequences take no room. */

const SEQUENCE = /\u001b\[[0-9;]*m/y
const RESET = '\u001b[0m'

/** At most `width` visible characters; a cut line ends in `…`, with its colours reset. */
export function clip(line: string, width: number): string {
  if (visibleLength(line) <= width) return line
  let kept = ''
  let seen = 0
  let coloured = false
  for (let i = 0; i < line.length && seen < width - 1;) {
    const sequence = sequenceAt(line, i)
    kept += sequence ?? line.charAt(i)
    i += sequence?.length ?? 1
    if (sequence === undefined) seen++
    else coloured = true
  }
  return `${kept}${width > 0 ? '…' : ''}${coloured ? RESET : ''}`
}

export function visibleLength(line: string): number {
  let length = 0
  for (let i = 0; i < line.length;) {
    const sequence = sequenceAt(line, i)
    i += sequence?.length ?? 1
    if (sequence === undefined) length++
  }
  return length
}

function sequenceAt(line: string, index: number): string | undefined {
  if (line.charCodeAt(index) !== 27) return undefined
  SEQUENCE.lastIndex = index
  return SEQUENCE.exec(line)?.[0]
}
