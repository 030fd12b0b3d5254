/**
 * `murmur cluster recover`: after the loss of a majority, with the agents stopped. Says what would
 * be given up, and does nothing more without --yes.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { openStopped, type StoppedNode } from '../agent/recovering.js'
import { givenUp, mayAdopt, recoverRing, type GivenUp } from '../cluster/recovery.js'
import { unseal, type Sealed } from '../cluster/record/record-bytes.js'
import { clusterIdOf, nameIn } from '../cluster/record/record.js'
import { CommandFailure, wordsOf, wrongUse } from './failure.js'
import { tableLines } from './layout/table.js'
import type { Surroundings } from './surroundings.js'

export interface RecoverOptions {
  readonly dataDir: string
  /** Names or host ids, separated by commas. */
  readonly survivors?: string
  /** Where the record goes that the other survivors need. */
  readonly out?: string
  /** A record that was made on another survivor. */
  readonly use?: string
  readonly yes?: true
}

export async function recover(options: RecoverOptions, around: Surroundings): Promise<void> {
  if ((options.survivors === undefined) === (options.use === undefined))
    throw wrongUse('Give --survivors on the first survivor, and --use FILE on each other one.')
  if (options.survivors !== undefined && options.out === undefined)
    throw wrongUse('Give --out FILE too: the other survivors need the record that is made.')
  const node = await openStopped(options.dataDir)
  const say = (lines: readonly string[]): void => {
    around.out.write(`${lines.join('\n')}\n`)
  }
  try {
    if (options.use === undefined) await first(node, options, say)
    else await further(node, options.use, say)
  } finally {
    await node.close()
  }
}

type Say = (lines: readonly string[]) => void

async function first(node: StoppedNode, options: RecoverOptions, say: Say): Promise<void> {
  const { record } = node
  const survivors = (options.survivors ?? '').split(',').map((called) => idOf(record, called))
  if (!survivors.includes(node.hostId)) {
    const name = nameIn(record.record, node.hostId)
    throw wrongUse(`${options.dataDir} is that of ${name}, which is none of the survivors: add it.`)
  }
  const made = recoverRing(record, survivors)
  if (made.kind === 'refused') throw new CommandFailure(`${made.why}. ${made.next}`)
  say(recoveryLines(record, made.lost))
  const { out = '' } = options
  if (options.yes !== true)
    throw new CommandFailure('Nothing was changed: repeat it with --yes to give all that up.')
  await writeFile(out, made.sealed.bytes).catch((thrown: unknown) => {
    throw new CommandFailure(`${out} cannot be written (${wordsOf(thrown)}): give another --out.`)
  })
  await node.replace(made.sealed)
  say([
    `This node goes on at epoch ${made.sealed.record.epoch} of the ring ${idText(made.sealed)}.`,
    `Next: on each other survivor, murmur cluster recover --data-dir DIR --use ${out}`,
    'Then start them all.',
  ])
}

async function further(node: StoppedNode, path: string, say: Say): Promise<void> {
  const bytes = await readFile(path).catch((thrown: unknown) => {
    throw new CommandFailure(`${path} cannot be read (${wordsOf(thrown)}).`)
  })
  const sealed = unseal(new Uint8Array(bytes))
  if (sealed === undefined)
    throw new CommandFailure(`${path} is no record: copy what --out wrote, byte for byte.`)
  const refused = mayAdopt(node.record, sealed, node.hostId)
  if (refused !== undefined) throw new CommandFailure(`${refused.why}. ${refused.next}`)
  await node.replace(sealed)
  say([`This node goes on at epoch ${sealed.record.epoch} of the ring ${idText(sealed)}.`])
}

function recoveryLines({ record, digest }: Sealed, lost: readonly string[]): string[] {
  const names = lost.map((hostId) => nameIn(record, hostId)).join(', ')
  const rows = givenUp(record, lost).map(({ keyspace, ranges, gone, thin }: GivenUp) => [
    ...[keyspace, String(ranges), String(gone), String(thin)],
  ])
  const head = ['Keyspace', 'Ranges', 'No copy left', 'No majority left']
  return [
    `Ring ${idText({ record, digest })} at epoch ${record.epoch}.`,
    `Given up for good: ${names}. Should they come back, they are of another ring.`,
    ...(record.moves.length === 0
      ? []
      : [`Undone: ${record.moves.length} movements that were under way.`]),
    ...(rows.length === 0 ? [] : ['', ...tableLines([head, ...rows]), '']),
    'Writes that only those nodes had are lost.',
  ]
}

function idOf({ record }: Sealed, called: string): string {
  const found = record.members.filter(({ name, hostId }) => [name, hostId].includes(called.trim()))
  const [only] = found
  if (only !== undefined && found.length === 1) return only.hostId
  const names = record.members.map(({ name }) => name).join(', ')
  throw wrongUse(`${found.length} members are called ${called}: there are ${names}.`)
}

function idText({ record, digest }: Pick<Sealed, 'record' | 'digest'>): string {
  return clusterIdOf(record, digest).slice(0, 12)
}
