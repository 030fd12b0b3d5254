/**
 * The virtual network of one script: nodes by short labels, links that take a millisecond, and a
 * record of what was sent and told that is printed line by line.
 */
import { sayingOf } from '../../src/agent/announcement.js'
import { eventWords } from '../../src/cli/layout/event.js'
import type { NodeEvent } from '../../src/cluster/node.js'
import { decode } from '../../src/gossip/codec.js'
import { tagOf, type Tag } from '../../src/gossip/identity.js'
import { FRAME_LIMIT } from '../../src/gossip/post.js'
import type { GossipSettings } from '../../src/gossip/settings.js'
import { messageWords, type Legend } from '../../src/gossip/wording.js'
import type { VirtualHost } from '../../simulations/host.js'
import type { Sent } from '../../simulations/network.js'
import { World } from '../../simulations/world.js'

/** One for all: what is drawn differs from node to node by its label and place. */
const SEED = 1

/** Which messages and events are shown. */
export interface Shown {
  /** Kinds of messages, `messages` for all of them, and `events`. */
  readonly kinds: readonly string[]
  /** Only what these send, receive or say; all when empty. */
  readonly of: readonly string[]
}

export class Scene implements Legend {
  shown: Shown = { kinds: ['events'], of: [] }
  settings: Partial<GossipSettings> = {}
  /** What happened since it was last taken; bounded by one command. */
  private lines: string[] = []
  /** Bounded by the hosts of the script. */
  private readonly hosts = new Map<string, VirtualHost>()
  /** Bounded by the instances and probes of the script, as the two below. */
  private readonly tags = new Map<Tag, string>()
  private readonly sequences = new Map<number, string>()
  private made: World | undefined

  /** Made with the first node: settings come before. */
  get world(): World {
    this.made ??= this.make()
    return this.made
  }

  add(label: string, name = label): VirtualHost {
    if (this.hosts.has(label)) throw new Error(`there is a node ${label} already`)
    const host = this.world.add(name)
    this.hosts.set(label, host)
    return host
  }

  host(label: string): VirtualHost {
    const host = this.hosts.get(label)
    if (host === undefined) throw new Error(`there is no node ${label}`)
    return host
  }

  labelOf(host: VirtualHost | undefined): string {
    for (const [label, other] of this.hosts) if (other === host) return label
    return 'nobody'
  }

  get labels(): string[] {
    return [...this.hosts.keys()]
  }

  take(): string[] {
    const taken = this.lines
    this.lines = []
    return taken
  }

  /** `3.305 s` */
  get time(): string {
    return `${(this.world.now / 1000).toFixed(3)} s`
  }

  readonly tag = (tag: Tag): string => {
    if (!this.tags.has(tag)) this.learn()
    return this.tags.get(tag) ?? 'somebody'
  }

  /** Numbers on the wire begin anywhere; here they count from 1 in the order in which they show. */
  readonly sequence = (sequence: number): string => {
    const number = this.sequences.get(sequence) ?? String(this.sequences.size + 1)
    this.sequences.set(sequence, number)
    return number
  }

  private make(): World {
    const link = { delay: { kind: 'constant', of: 1 } } as const
    const world = new World({ seed: SEED, link, settings: this.settings })
    world.network.onSent = (sent) => this.onSent(sent)
    world.onTold = ({ by, event }) => this.onTold(by, event)
    return world
  }

  private learn(): void {
    for (const [label, { hostId, node }] of this.hosts) {
      for (const member of node?.view(this.world.now).members ?? []) {
        if (member.hostId === hostId) this.tags.set(tagOf(hostId, member.generation), label)
      }
    }
  }

  private onSent({ from, to, bytes, via }: Sent): void {
    const message = decode(bytes, FRAME_LIMIT)
    if ('kind' in message) return
    const labels = [this.labelOf(from), this.labelOf(this.world.network.at(to))]
    if (!this.shows(['messages', message.body.kind], labels)) return
    const arrow = via === 'stream' ? '=>' : '->'
    this.say(`${labels.join(` ${arrow} `)}  ${messageWords(message, this)}`)
  }

  private onTold(by: string, event: NodeEvent): void {
    if (!this.shows(['events', event.kind], [by])) return
    const { level, event: kind, about, details } = sayingOf(event)
    if (level === 'debug') return
    const words = eventWords({ time: '', event: kind, node: about?.name, ...details })
    this.say(`${by} says ${this.named(words)}`)
  }

  /** Host ids are drawn: labels are read more easily. */
  private named(words: string): string {
    return [...this.hosts].reduce(
      (text, [label, host]) => text.replaceAll(host.hostId, label),
      words,
    )
  }

  private shows(kinds: readonly string[], labels: readonly string[]): boolean {
    const { shown } = this
    if (!kinds.some((kind) => shown.kinds.includes(kind))) return false
    return shown.of.length === 0 || labels.some((label) => shown.of.includes(label))
  }

  private say(words: string): void {
    this.lines.push(`${(this.world.now / 1000).toFixed(3).padStart(8)}  ${words}`)
  }
}
