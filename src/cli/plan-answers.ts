/**
 * The answers of `murmur plan`: a topology file read and checked, the question worked out, text or
 * JSON written.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { groupsOf, imbalanceOf } from '../ring/ownership.js'
import { pageOf, type Sizes } from '../ring/page.js'
import { drawPlan } from '../ring/picture.js'
import { compare, placementOf, planChange, type Plan, type WhatIf } from '../ring/plan.js'
import { readTopology, type Topology } from '../ring/topology.js'
import { warningsOf } from '../ring/warnings.js'
import { CommandFailure, wordsOf, wrongUse } from './failure.js'
import { changeText, ownershipText, replicasText } from './layout/plan.js'
import type { ChangeOptions, PlanOptions } from './plan-options.js'
import { changeJson, holdingsJson, rangesOf, topologyJson } from './plan-shapes.js'
import type { Surroundings } from './surroundings.js'

/** Problems of a file that are told; the rest is counted. */
const MOST_PROBLEMS = 100

export class PlanAnswers {
  private readonly around: Surroundings

  constructor(around: Surroundings) {
    this.around = around
  }

  async replicas(options: PlanOptions): Promise<void> {
    const placement = placementOf(await this.topology(options))
    const ranges = rangesOf(placement)
    this.say(options.json ? JSON.stringify({ ranges }) : replicasText(ranges))
  }

  async ownership(options: PlanOptions): Promise<void> {
    const placement = placementOf(await this.topology(options))
    await this.draw(compare(placement, placement), 'Who owns what', options)
    const warnings = warningsOf(placement)
    if (!options.json) {
      this.say(ownershipText(placement, this.around.out.columns))
      return
    }
    const groups = groupsOf(placement).map(({ fullest, ...group }) => ({
      ...group,
      fullest: fullest.id,
    }))
    const imbalance = imbalanceOf(placement)
    this.say(JSON.stringify({ imbalance, nodes: holdingsJson(placement), groups, warnings }))
  }

  async change(options: ChangeOptions, changes: readonly WhatIf[]): Promise<void> {
    if (changes.length === 0)
      throw wrongUse(
        'nothing is to change: give --add, --remove, --replace, --rf, --rack or --rebalance.',
      )
    const topology = await this.topology(options)
    const { tokens, data, rate } = options
    const sized = tokens === undefined ? changes : changes.map((one) => ({ ...one, tokens }))
    const planned = planChange(topology, sized, options.topology)
    if (planned.kind === 'refused') throw wrongUse(`${planned.says}.`)
    const { plan } = planned
    const sizes = data === undefined ? undefined : { data, rate }
    const title = changes.map(titleOf).join(', ')
    await this.draw(plan, title, options, sizes)
    if (options.write !== undefined) await this.write(options.write, topologyJson(plan.after))
    const text = options.json
      ? JSON.stringify(changeJson(plan, sizes))
      : changeText(plan, title, this.around.out.columns, sizes)
    this.say(text)
  }

  private async topology({ topology: file }: PlanOptions): Promise<Topology> {
    const read = readTopology(await this.parsed(file))
    if (read.kind === 'topology') return read.topology
    const { problems } = read
    const lines = problems
      .slice(0, MOST_PROBLEMS)
      .map(({ place, says }) => `  ${place === '' ? '' : `${place}: `}${says}`)
    const more = problems.length - lines.length
    if (more > 0) lines.push(`  and ${more} more`)
    const count = `${problems.length} problem${problems.length === 1 ? '' : 's'}`
    throw wrongUse(`${file} has ${count}:\n${lines.join('\n')}`)
  }

  private async parsed(file: string): Promise<unknown> {
    const text = await readFile(resolve(this.around.cwd, file), 'utf8').catch((thrown: unknown) => {
      throw wrongUse(`cannot read the topology: ${wordsOf(thrown)}.`)
    })
    try {
      return JSON.parse(text)
    } catch (thrown) {
      throw wrongUse(`${file} is not JSON: ${wordsOf(thrown)}.`)
    }
  }

  private async draw(
    plan: Plan,
    title: string,
    options: PlanOptions,
    sizes?: Sizes,
  ): Promise<void> {
    if (options.svg !== undefined) await this.write(options.svg, drawPlan(plan))
    if (options.html !== undefined) await this.write(options.html, pageOf(plan, title, sizes))
  }

  private async write(file: string, text: string): Promise<void> {
    await writeFile(resolve(this.around.cwd, file), text).catch((thrown: unknown) => {
      throw new CommandFailure(`cannot write ${file}: ${wordsOf(thrown)}.`)
    })
  }

  private say(text: string): void {
    this.around.out.write(text.endsWith('\n') ? text : `${text}\n`)
  }
}

function titleOf(change: WhatIf): string {
  switch (change.kind) {
    case 'add':
      return `${change.member.id} joins ${change.member.dc}/${change.member.rack}`
    case 'remove':
      return `${change.name} leaves`
    case 'replace':
      return `${change.by} replaces ${change.name}`
    case 'copies':
      return `${change.factor.all} copies${change.dc === '' ? '' : ` in ${change.dc}`}`
    case 'rack':
      return `${change.name} moves to rack ${change.rack}`
    case 'rebalance':
      return 'rebalance'
  }
}
