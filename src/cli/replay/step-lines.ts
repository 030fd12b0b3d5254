/** One step of a replay in words: when, what reached the node, and below it what came of that. */
import { sayingOf } from '../../agent/announcement.js'
import type { Outcome, Print } from '../../agent/recording/trace.js'
import type { Replayed } from '../../agent/recording/replay.js'
import type { Effect, Millis } from '../../base/machine.js'
import type { Node, NodeCommand, NodeEvent } from '../../cluster/node.js'
import { decode } from '../../gossip/codec.js'
import { tagOf, type Tag } from '../../gossip/identity.js'
import { FRAME_LIMIT } from '../../gossip/post.js'
import { messageWords, type Legend } from '../../gossip/wording.js'
import { eventWords } from '../layout/event.js'

/** Names for the tags of those that a node knows, looked up anew when a strange one comes. */
export class NodeLegend implements Legend {
  private readonly node: Node
  /** Bounded by the members of the node, in all their generations seen here. */
  private readonly names = new Map<Tag, string>()

  constructor(node: Node) {
    this.node = node
  }

  readonly tag = (tag: Tag): string => {
    if (!this.names.has(tag)) {
      for (const { hostId, generation, name } of this.node.view(0).members)
        this.names.set(tagOf(hostId, generation), name)
    }
    return this.names.get(tag) ?? `somebody (${tag.toString(16)})`
  }

  readonly sequence = (sequence: number): string => String(sequence)
}

/** @param began the machine's time at the beginning of the file */
export function stepLines(step: Replayed, began: Millis, legend: Legend): string[] {
  const head = `${String(step.number).padStart(6)}  ${sinceText(step.now - began)}`
  const effects = step.outcome.kind === 'failed' ? [step.outcome.why] : effectLines(step, legend)
  return [`${head}  ${inputWords(step, legend)}`, ...effects.map((line) => `        ${line}`)]
}

export function effectLines({ effects }: Replayed, legend: Legend): string[] {
  return effects.map((effect) => effectWords(effect, legend))
}

/** Of what was recorded only this is known: the kinds, whom they concerned, and the sums. */
export function outcomeLines(outcome: Outcome): string[] {
  return outcome.kind === 'failed' ? [outcome.why] : outcome.prints.map(printWords)
}

function printWords({ kind, name, sum }: Print): string {
  return `${kind} ${name}, checksum ${sum.toString(16).padStart(8, '0')}`
}

/** `+12.345 s` */
export function sinceText(millis: Millis): string {
  return `+${(millis / 1000).toFixed(3)} s`
}

export function inputWords({ input }: Pick<Replayed, 'input'>, legend: Legend): string {
  switch (input.kind) {
    case 'receive': {
      const by = input.via === 'stream' ? ' by stream' : ''
      return `from ${input.from}${by}: ${words(input.bytes, legend)}`
    }
    case 'command':
      return commandWords(input.command)
    case 'stored':
      return `${input.ok ? 'stored' : 'not stored'}: ticket ${input.ticket}`
    case 'closed':
      return `stream to ${input.peer} ended: ${input.why}`
    case 'wake':
      return 'wake'
  }
}

function commandWords(command: NodeCommand): string {
  switch (command.kind) {
    case 'seeds':
      return `command seeds ${command.addresses.join(' ')}`.trim()
    case 'publish':
      return `command publish ${command.key}, ${command.value?.length ?? 0} bytes`
    case 'ban':
      return `command ban ${command.hostId} as ${command.as}`
    case 'intend':
      return `command intend ${command.wish.kind}`
    case 'withdraw':
      return `command withdraw ${command.id}`
    case 'copied':
      return `command copied ${command.move}`
    case 'behind':
      return `command behind ${command.epoch}`
    case 'start':
    case 'leave':
    case 'drain':
    case 'rejoin':
    case 'found':
      return `command ${command.kind}`
  }
}

function effectWords(effect: Effect<NodeEvent>, legend: Legend): string {
  switch (effect.kind) {
    case 'send':
    case 'stream': {
      const by = effect.kind === 'stream' ? ' by stream' : ''
      return `to ${effect.to}${by}: ${words(effect.bytes, legend)}`
    }
    case 'persist':
      return `store ${effect.key}, ticket ${effect.ticket}`
    case 'event': {
      const { event, about, details } = sayingOf(effect.event)
      return `event ${eventWords({ time: '', event, node: about?.name, ...details })}`
    }
  }
}

function words(bytes: Uint8Array, legend: Legend): string {
  const message = decode(bytes, FRAME_LIMIT)
  return 'kind' in message ? `junk, ${message.reason}` : messageWords(message, legend)
}
