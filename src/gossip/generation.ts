/**
 * Which generations can be: nobody starts more than a year in what everybody else takes for the
 * future.
 */
import { SELF, type Members } from './members.js'

const YEAR_SECONDS = 366 * 86400

/**
 * Whether a generation is at most a year beyond one's own clock, one's own generation and the
 * median of those accepted (a wrong clock of one's own must not refuse everybody; Cassandra
 * compares with the own clock alone).
 * @param wall epoch milliseconds
 */
export function isPlausible(generation: number, members: Members, wall: number): boolean {
  const own = Math.max(Math.floor(wall / 1000), members.identity(SELF).generation)
  if (generation <= own + YEAR_SECONDS) return true
  return generation <= medianGeneration(members) + YEAR_SECONDS
}

function medianGeneration(members: Members): number {
  const generations: number[] = []
  for (let row = SELF; row < members.end; row++) {
    if (members.has(row)) generations.push(members.identity(row).generation)
  }
  generations.sort((a, b) => a - b)
  return generations[Math.floor(generations.length / 2)] ?? 0
}
