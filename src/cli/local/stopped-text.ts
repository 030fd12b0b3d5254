/** How the end of agents is told. */
import { nameList } from '../layout/status.js'
import type { Stopped } from './cluster.js'

/** One sentence about what was stopped, and how. */
export function stoppedText(stopped: Stopped): string {
  const all = stopped.drained.length + stopped.killed.length
  const killed = stopped.killed.length === 0 ? '' : `; ${nameList(stopped.killed)} had to be killed`
  return `Stopped ${all} ${all === 1 ? 'agent' : 'agents'}${killed}.`
}
