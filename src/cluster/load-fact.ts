/**
 * How many bytes of rows a node holds, as a fact of gossip: the column Load. It is a figure for
 * people, so it is told again only once it has changed by a tenth.
 */
import { Reader, Writer } from '../base/bytes.js'
import type { HostId } from '../gossip/identity.js'
import type { GossipView, MemberView } from '../gossip/view.js'

export const LOAD_FACT = 'load'

/** Of what was told: a lesser change is not worth a fact to every node. */
const CHANGE = 0.1
/** An empty store has some bytes too, and they come and go. */
const LEAST = 4 * 1024

/** @param told what the others were told; undefined before they were */
export function isNews(told: number | undefined, bytes: number): boolean {
  return told === undefined || Math.abs(bytes - told) > Math.max(told * CHANGE, LEAST)
}

export function loadFactBytes(bytes: number): Uint8Array {
  const out = new Writer(8)
  out.varint(bytes)
  return out.take()
}

/** What each says, of those who say it. */
export function loadsIn({ members }: Pick<GossipView, 'members'>): Map<HostId, number> {
  return new Map(
    members.flatMap((member) => {
      const load = loadIn(member)
      return load === null ? [] : [[member.hostId, load] as const]
    }),
  )
}

/** null where it tells of none. */
export function loadIn({ facts }: Pick<MemberView, 'facts'>): number | null {
  const value = facts.find(({ key }) => key === LOAD_FACT)?.value
  if (value === undefined) return null
  const from = new Reader(value)
  const bytes = from.varint()
  return from.failed ? null : bytes
}
