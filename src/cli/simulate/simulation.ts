/** `murmur simulate`, from options to what is written: plan, run, tell. */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Random } from '../../base/random.js'
import { flagName } from '../../base/settings.js'
import type { NamedScenario } from '../../../simulations/scenarios/named.js'
import { CommandFailure, wordsOf, wrongUse } from '../failure.js'
import { coloursFor, type Surroundings } from '../surroundings.js'
import { refuseTooLarge } from './memory.js'
import type { SimulateOptions } from './options.js'
import { outcomeOf } from './outcome.js'
import { configurationsFor, withSettings, type Plan } from './plan.js'
import { progressFor } from './progress.js'
import { rehearse, type Arm } from './rehearsal.js'
import { csvOf } from './series.js'
import { summaryText } from './summary-table.js'

type Given = SimulateOptions & Readonly<Record<string, unknown>>

export async function simulateNamed(
  named: NamedScenario,
  options: Given,
  around: Surroundings,
): Promise<void> {
  const given = pick(options, Object.keys(named.options))
  const built = named.build(given, Random.from(options.seed))
  if (built.kind === 'refused') {
    throw wrongUse(`${built.problems.map(({ says }) => says).join('; ')}.`)
  }
  const scenario = withSettings(built.scenario, options)
  const { name, asks, figure } = named
  await simulate(
    {
      scenario,
      asks,
      figure,
      seed: options.seed,
      options: Object.entries(named.options).map(([key, setting]) => [
        key,
        textOf(given[key] ?? setting.default),
      ]),
      profile: scenario.settings.profile,
      configurations: configurationsFor(options.compare, scenario.nodes.length),
      command: commandOf(name, given, options),
    },
    options,
    around,
  )
}

export async function simulateFile(
  file: string,
  options: SimulateOptions,
  around: Surroundings,
): Promise<void> {
  const { readScenarioFile } = await import('./scenario-file.js')
  const read = await readScenarioFile(file, around.cwd)
  if (read.kind === 'ring') {
    const { simulateRing } = await import('./ring-simulation.js')
    simulateRing(read.ring, options, around)
    return
  }
  const scenario = withSettings(read.scenario, options)
  await simulate(
    {
      scenario,
      asks: `${file}, ${scenario.steps.length} steps`,
      figure: 'tables',
      seed: options.seed,
      options: [['nodes', String(scenario.nodes.length)]],
      profile: scenario.settings.profile,
      configurations: configurationsFor(options.compare, scenario.nodes.length),
      command: commandOf(file, {}, options),
    },
    options,
    around,
  )
}

async function simulate(plan: Plan, options: SimulateOptions, around: Surroundings): Promise<void> {
  refuseTooLarge(plan.scenario)
  const arms = await watched(plan, around)
  const outcome = outcomeOf(plan, arms)
  if (options.report !== undefined) {
    const { reportPage } = await import('./report/page.js')
    await write(options.report, reportPage(plan, arms, outcome), around)
  }
  if (options.figure !== undefined) {
    const { figureSvg } = await import('./report/figure.js')
    await write(options.figure, figureSvg(plan, arms), around)
  }
  if (options.json) around.out.write(`${JSON.stringify(outcome)}\n`)
  else if (options.csv) around.out.write(csvOf(arms))
  else around.out.write(summaryText(plan, arms, outcome, coloursFor(around)))
  if (outcome.measures['complete'] !== true) throw new CommandFailure('stopped before the end.')
  if (!outcome.passed) throw new CommandFailure(`${plan.scenario.name} failed: see the violations.`)
}

async function watched(plan: Plan, around: Surroundings): Promise<Arm[]> {
  let stopped = false
  const forget = around.onStop(() => (stopped = true))
  const progress = await progressFor(around)
  try {
    return await rehearse(plan, {
      at: (share, name) => progress.at(share, name),
      stopped: () => stopped,
    })
  } finally {
    progress.end()
    forget()
  }
}

async function write(file: string, text: string, { cwd }: Surroundings): Promise<void> {
  await writeFile(resolve(cwd, file), text).catch((thrown: unknown) => {
    throw new CommandFailure(`cannot write ${file}: ${wordsOf(thrown)}.`)
  })
}

function pick(options: Given, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    keys.flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]]])),
  )
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What is typed to get the very same run again. */
function commandOf(
  name: string,
  given: Readonly<Record<string, unknown>>,
  { seed, profile, set = [], compare }: SimulateOptions,
): string {
  const own = Object.entries(given).map(([key, value]) => `${flagName(key)} ${textOf(value)}`)
  const flags = [
    ...own,
    `--seed ${seed}`,
    ...(profile === undefined ? [] : [`--profile ${profile}`]),
    ...set.map((each) => `--set ${each}`),
    ...(compare === undefined ? [] : [`--compare ${compare}`]),
  ]
  return `murmur simulate ${name} ${flags.join(' ')}`
}
