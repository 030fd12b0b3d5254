/** `murmur simulate swarm`, from options to what is written: survey, make small, tell. */
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import type { Trial } from '../../../../simulations/swarm/trial.js'
import { CommandFailure } from '../../failure.js'
import { coloursFor, type Surroundings } from '../../surroundings.js'
import { progressFor } from '../progress.js'
import { Pool } from './pool.js'
import { survey, type Survey } from './survey.js'
import type { SwarmOptions } from './options.js'
import { swarmText, type Failure } from './swarm-text.js'
import type { Swarm } from './task.js'

/** Failures that are made small: the others are most often the same again. */
const SHRUNK_MAX = 3

/** A swarm of fewer runs need not have seen everything. */
const TELLING_RUNS = 200

/** The bundle has it beside the command, above the chunks; the sources have it here. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './worker.ts' : '../swarm-worker.js',
  import.meta.url,
)

export async function runSwarm(options: SwarmOptions, around: Surroundings): Promise<void> {
  const threads = Math.min(options.workers ?? availableParallelism(), options.runs)
  const pool = new Pool(WORKER, threads)
  try {
    const found = await watched(pool, options, threads, around)
    const failures = await explained(pool, found.failures, swarmOf(options), around)
    const complete = found.runs === options.runs
    const idle = found.runs >= TELLING_RUNS ? found.idle : []
    const passed = complete && failures.length === 0 && idle.length === 0
    const json = { ...found, passed, complete, seed: options.seed, failures }
    const text = swarmText(options, found, failures, idle, coloursFor(around))
    around.out.write(options.json ? `${JSON.stringify(json)}\n` : text)
    if (!complete) throw new CommandFailure('stopped before the end.')
    if (!passed) throw new CommandFailure('the swarm failed.')
  } finally {
    await pool.close()
  }
}

function swarmOf({ ring }: SwarmOptions): Swarm {
  return ring === true ? 'ring' : 'gossip'
}

async function watched(
  pool: Pool,
  options: SwarmOptions,
  threads: number,
  around: Surroundings,
): Promise<Survey> {
  const { runs, seed } = options
  let stopped = false
  const forget = around.onStop(() => (stopped = true))
  const progress = await progressFor(around)
  try {
    return await survey(pool, {
      swarm: swarmOf(options),
      first: seed,
      runs,
      threads,
      onTrial: (tried, failed) => {
        progress.at(tried / runs, `${tried} runs, ${failed} failed`)
        return !stopped
      },
    })
  } finally {
    progress.end()
    forget()
  }
}

async function explained(
  pool: Pool,
  trials: readonly Trial[],
  swarm: Swarm,
  around: Surroundings,
): Promise<Failure[]> {
  return Promise.all(
    trials.map(async ({ seed, nodes, violation }, index): Promise<Failure> => {
      const flag = swarm === 'ring' ? ' --ring' : ''
      const repeat = `murmur simulate swarm${flag} --runs 1 --seed ${seed}`
      if (index >= SHRUNK_MAX) return { seed, nodes, violation, repeat, file: null }
      const answer = await pool.ask({ kind: 'shrink', swarm, seed })
      if (answer.kind !== 'shrunk') return { seed, nodes, violation, repeat, file: null }
      const file = `${swarm === 'ring' ? 'ring' : 'swarm'}-${seed}.json`
      const json = JSON.stringify(answer.shrunk.scenario, null, 2)
      await writeFile(resolve(around.cwd, file), `${json}\n`)
      return { seed, nodes, violation, repeat, file }
    }),
  )
}
