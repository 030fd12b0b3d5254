/** `GET /v1/gossip`: every member with its numbers and its facts, as text where they are text. */
import { readRingFact, RING_FACT } from '../../cluster/ring-fact.js'
import { readUtf8 } from '../../base/utf8.js'
import type { FactView, GossipView, MemberView } from '../../gossip/view.js'

const PRINTABLE = /^[^\p{Cc}]*$/u

export interface GossipTable {
  readonly cluster: string
  readonly self: string
  readonly started: boolean
  /** Hash of the member table, 8 hexadecimal digits. */
  readonly digest: string
  readonly health: number
  readonly differing: readonly string[]
  readonly seeds: GossipView['seeds']
  readonly members: readonly GossipMember[]
}

export type GossipMember = Omit<MemberView, 'facts' | 'since'> & {
  /** The record that it says it acts on; null before there is one. */
  readonly ring: { readonly epoch: number; readonly digest: string } | null
  readonly since: string
  readonly facts: readonly GossipFact[]
}

/** `text` where the value is printable UTF-8, else `base64`. */
export interface GossipFact {
  readonly key: string
  readonly version: number
  readonly size: number
  readonly text?: string
  readonly base64?: string
}

export function gossipTable(view: GossipView): GossipTable {
  const { cluster, self, started, health, differing, seeds, members } = view
  const digest = view.digest.toString(16).padStart(8, '0')
  return {
    cluster,
    self,
    started,
    digest,
    health,
    differing,
    seeds,
    members: members.map(gossipMember),
  }
}

function gossipMember(member: MemberView): GossipMember {
  const { facts, since, ...rest } = member
  const ring = readRingFact(facts.find(({ key }) => key === RING_FACT)?.value ?? null)
  return {
    ...rest,
    ring: ring === undefined ? null : { epoch: ring.epoch, digest: ring.digest },
    since: new Date(since).toISOString(),
    facts: facts.map(gossipFact),
  }
}

function gossipFact({ key, version, value }: FactView): GossipFact {
  const text = readUtf8(value)
  const told = { key, version, size: value.length }
  return text !== undefined && PRINTABLE.test(text)
    ? { ...told, text }
    : { ...told, base64: Buffer.from(value).toString('base64') }
}
