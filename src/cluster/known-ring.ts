/**
 * The ring as a node knows it. Once there is a record, it is what the record says and nothing else;
 * until then it is what the nodes wish, the tokens that every one has published: whoever has heard
 * the same facts answers the same; a node that is down keeps its tokens, one that left or was
 * removed has none.
 */
import type { HostId } from '../gossip/identity.js'
import type { GossipView, MemberView } from '../gossip/view.js'
import type { Claim } from '../ring/member.js'
import { MOST_MEMBERS, Ring } from '../ring/ring.js'
import { MOST_TOKENS } from '../ring/sorted.js'
import { ringOf } from './plan/layout.js'
import type { Sealed } from './record/record-bytes.js'
import { readTokens, TOKENS_FACT } from './wish.js'

export interface KnownRing {
  /** The record that says so; undefined while the nodes only wish. */
  readonly held: Sealed | undefined
  /** Its members' ids are host ids. */
  readonly ring: Ring
  /** Present members whose tokens are not known here; at most all. */
  readonly unheard: readonly HostId[]
}

export function knownRing(view: GossipView, held?: Sealed): KnownRing {
  return held === undefined ? wishedRing(view) : { held, ring: ringOf(held.record), unheard: [] }
}

function wishedRing(view: GossipView): KnownRing {
  const claims: Claim[] = []
  const unheard: HostId[] = []
  let tokens = 0
  for (const member of view.members) {
    if (member.gone !== null) continue
    const claim = claimOf(member)
    const fits = claims.length < MOST_MEMBERS && tokens + member.tokenCount <= MOST_TOKENS
    if (claim === undefined || !fits) unheard.push(member.hostId)
    else {
      claims.push(claim)
      tokens += claim.tokens.length
    }
  }
  return { held: undefined, ring: Ring.of(claims), unheard }
}

/**
 * What a member claims, undefined before its tokens were heard. The count came with its
 * introduction: facts that do not fit it are of an earlier life, or junk.
 */
function claimOf({ hostId, dc, rack, tokenCount, facts }: MemberView): Claim | undefined {
  const fact = facts.find(({ key }) => key === TOKENS_FACT)
  const tokens = readTokens(fact?.value)
  return tokens?.length === tokenCount ? { id: hostId, dc, rack, tokens } : undefined
}
