/**
 * `murmur simulate`: the stand-in of its commands. They are made from the catalogue of scenarios,
 * which is loaded only when one is called: an agent carries none of it.
 */
import type { Command } from 'commander'

const NOTES = `
A run depends on its scenario, options and seed alone: the same give the same trace hash on any
machine. Beside the protocol as shipped each scenario is run as plain SWIM, with the single parts of
Lifeguard, and without the single jobs of phi (--compare).

Examples:
  murmur simulate convergence --nodes 1000 --seed 7
  murmur simulate detection --crash rack --report detection.html
  murmur simulate stall --stalled 32 --stop 32768 --compare swim,lifeguard
  murmur simulate faults.yaml --seed 3      a scenario that you wrote, see examples/scenarios/
`

export function simulateCommand(program: Command): void {
  program
    .command('simulate')
    .description('run the very same nodes in a virtual network, where faults are cheap')
    .addHelpText('after', NOTES)
}
