/**
 * How the copies of a node's movements get on, as a fact of gossip, so that any agent can say it.
 * Losing it costs a number on a screen.
 */
import { Reader, Writer } from '../base/bytes.js'
import { readUtf8 } from '../base/utf8.js'
import type { GossipView } from '../gossip/view.js'
import type { HostId } from '../gossip/identity.js'
import { readList, writeList } from './record/fields.js'

export const COPY_FACT = 'copying'

/** What a node keeps beside it: `kv` or `own` as text; not published by one that keeps nothing. */
export const DATA_FACT = 'keeps'

/** How the copies of one movement are on one node. */
export interface CopyProgress {
  readonly move: string
  readonly ranges: number
  readonly rangesDone: number
  /** How much of it is here, 0..1. */
  readonly fraction: number
  /** Of rows that arrived since the process began with it. */
  readonly bytes: number
  /** Estimated by the part that is here; null before anything is. */
  readonly bytesLeft: number | null
  readonly secondsLeft: number | null
  /** What it waits for, each once. */
  readonly waitsFor: readonly string[]
}

/** Most movements of one node, and reasons of one movement, that are told. */
const MOVES = 8
const REASONS = 3
const REASON_BYTES = 400
const CAPACITY = 16_384

export function copyFactBytes(all: readonly CopyProgress[]): Uint8Array | null {
  if (all.length === 0) return null
  const out = new Writer(CAPACITY)
  writeList(out, all.slice(0, MOVES), (each) => {
    out.text(each.move)
    for (const count of [each.ranges, each.rangesDone, Math.round(each.fraction * 1000)])
      out.varint(count)
    out.varint(each.bytes)
    for (const left of [each.bytesLeft, each.secondsLeft]) out.varint(left === null ? 0 : left + 1)
    writeList(out, each.waitsFor.slice(0, REASONS), (reason) =>
      out.text(reason.slice(0, REASON_BYTES / 4)),
    )
  })
  return out.take()
}

export function readCopyFact(bytes: Uint8Array): readonly CopyProgress[] {
  const from = new Reader(bytes)
  const all = readList(from, MOVES, (): CopyProgress => {
    const move = from.text(128)
    const [ranges, rangesDone, permille] = [from.varint(), from.varint(), from.varint()]
    const bytesHere = from.varint()
    const [bytesLeft, secondsLeft] = [from.varint(), from.varint()]
    return {
      ...{ move, ranges, rangesDone },
      fraction: permille / 1000,
      bytes: bytesHere,
      bytesLeft: bytesLeft === 0 ? null : bytesLeft - 1,
      secondsLeft: secondsLeft === 0 ? null : secondsLeft - 1,
      waitsFor: readList(from, REASONS, () => from.text(REASON_BYTES)),
    }
  })
  return from.failed ? [] : all
}

/** What a node keeps, in words. */
export function keeping(kind: string): string {
  switch (kind) {
    case 'kv':
      return 'rows of its own (--kv)'
    case 'own':
      return "those of a data plane of one's own (--own-data)"
    default:
      return 'none'
  }
}

export interface NodeCopies extends CopyProgress {
  readonly name: string
  readonly hostId: HostId
}

/** What each member keeps beside it, '' for nothing; by host id. */
export function keptIn({ members }: GossipView): Map<HostId, string> {
  const kept = members.filter(({ gone }) => gone === null)
  return new Map(
    kept.map(({ hostId, facts }) => {
      const value = facts.find(({ key }) => key === DATA_FACT)?.value
      return [hostId, (value && readUtf8(value)) ?? '']
    }),
  )
}

/** What all members say of their copies, in order of host id. */
export function copiesIn({ members }: GossipView): NodeCopies[] {
  return members.flatMap(({ name, hostId, gone, facts }) => {
    const fact = gone === null ? facts.find(({ key }) => key === COPY_FACT) : undefined
    if (fact === undefined) return []
    return readCopyFact(fact.value).map((each) => ({ name, hostId, ...each }))
  })
}
