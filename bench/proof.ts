/**
 * The proof with real processes: agents on loopback, clients that write and read throughout, nodes
 * that join, leave, are killed and replaced; then every store is looked into. Ends with 1 when
 * anything was lost, stale or out of place. A smaller size of the same runs in the test suite.
 *
 *   node --import tsx bench/proof.ts [--agents 8] [--rows 100000] [--bytes 200] [--clients 6]
 *     [--pause 5] [--rounds 1] [--copy-rate 2] [--seed 1]
 */
import { parseArgs } from 'node:util'
import { buildCommand, LiveCluster } from '../test/cli/live-cluster.js'
import { stepNames } from '../test/cli/proof/course.js'
import { prove, type Proof, type Told } from '../test/cli/proof/prove.js'

const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '8' },
    rows: { type: 'string', default: '100000' },
    bytes: { type: 'string', default: '200' },
    clients: { type: 'string', default: '6' },
    pause: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '1' },
    'copy-rate': { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
  },
})

/** Violations told one by one. */
const TOLD = 20

function say({ what, seconds }: Told): void {
  console.log(`${seconds.toFixed(1).padStart(7)} s  ${what}`)
}

function sum({ counts, refused, wrong }: Proof): void {
  for (const [name, count] of Object.entries(counts))
    console.log(`${String(count).padStart(9)}  ${name}`)
  for (const [code, times] of refused) console.log(`${String(times).padStart(9)}  ${code}`)
  for (const each of wrong.slice(0, TOLD)) console.log(`WRONG: ${each}`)
  console.log(wrong.length === 0 ? 'Nothing lost, stale or out of place.' : `${wrong.length} wrong`)
}

await buildCommand()
const cluster = new LiveCluster()
const proof = await prove(
  cluster,
  {
    agents: Number(values.agents),
    rows: Number(values.rows),
    bytes: Number(values.bytes),
    clients: Number(values.clients),
    pause: Number(values.pause),
    steps: Array.from({ length: Number(values.rounds) }, () => stepNames).flat(),
    seed: Number(values.seed),
    flags: ['--copy-rate', values['copy-rate']],
  },
  say,
).finally(() => cluster.close())
sum(proof)
process.exitCode = proof.wrong.length === 0 ? 0 : 1
