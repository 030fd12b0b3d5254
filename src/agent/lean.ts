/**
 * Makes the process of an agent lean: it handles a few packets a second for months, so compiling
 * hot code costs more processor time and memory than it ever saves. Measured without the first
 * flag, 30 agents at rest: 56 to 61 MB resident, 2.7 to 3.2 ms of processor time a second. Without
 * the second, which collects less about code that runs and keeps a smaller heap, one agent: 57.7 to
 * 61.6 MiB resident, 14.3 to 18.2 MiB of it private and dirty.
 */
import { setFlagsFromString } from 'node:v8'

/** To be called before anything else: what was compiled already stays. */
export function runLean(): void {
  setFlagsFromString('--no-opt')
  setFlagsFromString('--optimize-for-size')
}

/**
 * Takes that back where rows are kept: a store handles thousands of rows a second. Measured, 40,000
 * rows imported through one of eight agents: its processor time 10.0 to 5.0 s, 7.4 s with the
 * compiler alone; resident memory of the eight 77-100 to 110-156 MB.
 */
export function runBusy(): void {
  setFlagsFromString('--opt')
  setFlagsFromString('--no-optimize-for-size')
}
