/** How copies get on, as people read it. */
import { formatBytes, formatSeconds } from '../../ring/page.js'
import type { MovesAnswer } from '../change-answers.js'

type Copy = MovesAnswer['moves'][number]['copies'][number]

export function copyLines({ moves }: MovesAnswer): string[] {
  return moves.flatMap(({ id, copies }) =>
    copies.flatMap((copy) => [
      `${copy.node} copies for ${id}: ${progress(copy)}`,
      ...copy.waitsFor.map((why) => `  waits for ${why}`),
    ]),
  )
}

function progress({ fraction, bytes, bytesLeft, secondsLeft, ranges, rangesDone }: Copy): string {
  const left =
    bytesLeft === null || secondsLeft === null
      ? ''
      : `, ${formatBytes(bytesLeft)} and about ${formatSeconds(secondsLeft)} left`
  const share = `${(fraction * 100).toFixed(0)}%`
  return `${share}, ${rangesDone} of ${ranges} ranges, ${formatBytes(bytes)} came${left}`
}
