/**
 * `murmur plan`: what-if questions to a topology file. The names and flags stand here; the work is
 * imported when a question is asked.
 */
import { InvalidArgumentError, Option, type Command } from 'commander'
import type { WhatIf } from '../ring/plan.js'
import { parseFactor } from '../ring/replication.js'
import type { ChangeOptions, PlanOptions } from './plan-options.js'
import type { Surroundings } from './surroundings.js'

const NOTES = `
A topology file: { "strategy": "NetworkTopologyStrategy", "replication": { "dc1": 3 }, "nodes": [ {
"name": "n1", "dc": "dc1", "rack": "r1", "tokens": ["-42"] } ] }; SimpleStrategy: "replication": 3.

Examples:
  murmur plan ownership --topology ring.json
  murmur plan replicas --topology ring.json --json
  murmur plan change --topology ring.json --add n7:dc1:r2 --html out.html
  murmur plan change --topology ring.json --remove n3 --rebalance --data 2TiB --rate 50MiB
`

export function planCommands(program: Command, around: Surroundings): void {
  const plan = program
    .command('plan')
    .description('offline: replicas, balance and what a change would move')
    .addHelpText('after', NOTES)
  question(plan, 'replicas', 'the replicas of every range').action(async (options: PlanOptions) => {
    const { PlanAnswers } = await import('./plan-answers.js')
    await new PlanAnswers(around).replicas(options)
  })
  question(plan, 'ownership', 'who holds how much').action(async (options: PlanOptions) => {
    const { PlanAnswers } = await import('./plan-answers.js')
    await new PlanAnswers(around).ownership(options)
  })
  changeCommand(plan, around)
}

function question(plan: Command, name: string, description: string): Command {
  const command = plan
    .command(name)
    .description(description)
    .requiredOption('--topology <FILE>', 'the topology file, JSON')
    .option('--json', 'as JSON; the shape is in docs/api.md and stable')
  if (name === 'replicas') return command
  return command
    .option('--svg <FILE>', 'draw the ring')
    .option('--html <FILE>', 'a page with the picture and all figures')
}

function changeCommand(plan: Command, around: Surroundings): void {
  /** In the order given, which is the order they are done in. */
  const changes: WhatIf[] = []
  const change = (flags: string, says: string, read: (text: string) => WhatIf): Option =>
    new Option(flags, says).argParser((text: string) => changes.push(read(text)))
  question(plan, 'change', 'what a change would move, and what it would cost')
    .addOption(change('--add <NAME:DC:RACK[:WEIGHT]>', 'a node joins', readAdd))
    .addOption(change('--remove <NAME>', 'a node leaves', (name) => ({ kind: 'remove', name })))
    .addOption(change('--replace <OLD=NEW>', 'a node takes the tokens of another', readReplace))
    .addOption(change('--rf <[DC=]COPIES>', 'another number of copies', readCopies))
    .addOption(change('--rack <NAME=RACK>', 'a node stands in another rack', readRack))
    .option('--rebalance', 'token moves that level the ring, when the changes are done')
    .option(
      '--tokens <COUNT>',
      'tokens of each node added; 16 times its weight if not given',
      readCount,
    )
    .option('--data <SIZE>', 'bytes of one copy of everything, such as 2TiB', readSize)
    .option('--rate <SIZE>', 'bytes per second that a node takes in', readSize, 50 * 1024 * 1024)
    .option('--write <FILE>', 'write the topology as it is afterwards')
    .action(async (options: ChangeOptions & { rebalance?: true }) => {
      const { PlanAnswers } = await import('./plan-answers.js')
      const all: WhatIf[] = options.rebalance ? [...changes, { kind: 'rebalance' }] : changes
      await new PlanAnswers(around).change(options, all)
    })
}

function readAdd(text: string): WhatIf {
  const [id = '', dc = '', rack = '', weight, ...rest] = text.split(':')
  const heavy = weight === undefined ? undefined : Number(weight)
  if (
    id === '' ||
    dc === '' ||
    rest.length > 0 ||
    (heavy !== undefined && !(heavy > 0 && heavy <= 100))
  )
    throw new InvalidArgumentError(
      'Give NAME:DC:RACK, such as n7:dc1:r2, or with a weight n7:dc1:r2:2.',
    )
  return {
    kind: 'add',
    member: { id, dc, rack, ...(heavy === undefined ? {} : { weight: heavy }) },
  }
}

function readReplace(text: string): WhatIf {
  const [name, by] = pair(text, 'OLD=NEW, such as n3=n9')
  return { kind: 'replace', name, by }
}

function readRack(text: string): WhatIf {
  const [name, rack] = pair(text, 'NAME=RACK, such as n3=r2')
  return { kind: 'rack', name, rack }
}

function readCopies(text: string): WhatIf {
  const [dc, copies] = text.includes('=') ? pair(text, 'DC=COPIES, such as dc1=5') : ['', text]
  const factor = parseFactor(copies)
  if (factor === undefined)
    throw new InvalidArgumentError('Give a number of copies, such as 3 or dc1=3.')
  return { kind: 'copies', dc, factor }
}

function pair(text: string, shape: string): readonly [string, string] {
  const [, before, after] = /^([^=]+)=([^=]+)$/.exec(text) ?? []
  if (before === undefined || after === undefined) throw new InvalidArgumentError(`Give ${shape}.`)
  return [before, after]
}

function readCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > 1536)
    throw new InvalidArgumentError('Give a whole number from 1 to 1536.')
  return count
}

const UNITS = ['', 'k', 'm', 'g', 't', 'p']

/** `2TiB`, `500 GB`, `1048576` */
function readSize(text: string): number {
  const [, digits, unit = '', binary] = /^(\d+(?:\.\d+)?) ?([kmgtp]?)(i?)b?$/i.exec(text) ?? []
  if (digits === undefined) throw new InvalidArgumentError('Give a size such as 2TiB or 500GB.')
  const step = binary === '' ? 1000 : 1024
  let size = Number(digits)
  for (let i = UNITS.indexOf(unit.toLowerCase()); i > 0; i--) size *= step
  return size
}
