/** The first record: those who found the cluster, with tokens placed for all of them at once. */
import { known } from '../../base/assert.js'
import { allocateAll } from '../../ring/allocate.js'
import { compareTokens } from '../../ring/token.js'
import { Ring } from '../../ring/ring.js'
import type { Newcomer } from '../intent.js'
import { seal, type Sealed } from '../record/record-bytes.js'
import { NO_DIGEST, type RingRecord } from '../record/record.js'
import { seated } from './committee.js'
import { allocationOf, ringMember } from './layout.js'
import { newMember } from './membership.js'

/** What this version understands. */
export const FEATURES = 1

/** @param attempt counts foundings that were refused, so that each makes another record */
export function firstRecord(founders: readonly Newcomer[], attempt: number): Sealed {
  const ordered = [...founders].sort((a, b) => (a.hostId < b.hostId ? -1 : 1))
  const empty = emptyRecord(attempt)
  const wanted = ordered.map((who) => ({ joiner: ringMember(newMember(who)), count: who.tokens }))
  const dcs = ordered.map(({ dc }) => dc)
  const claims = allocateAll(Ring.of([]), allocationOf(empty, dcs), wanted, `founding ${attempt}`)
  const tokens = new Map(claims.map((claim) => [claim.id, claim.tokens]))
  const members = ordered.map((who) => ({
    ...newMember(who),
    state: 'normal' as const,
    tokens: [...(tokens.get(who.hostId) ?? [])].sort(compareTokens),
  }))
  const why = [`founded by ${members.length} nodes`]
  const record = seated({ ...empty, members, why }, NO_DIGEST)
  return known(seal(record), 'a first record that fits')
}

function emptyRecord(attempt: number): RingRecord {
  return {
    epoch: 1,
    parent: NO_DIGEST,
    clusterId: NO_DIGEST,
    generation: 0,
    attempt,
    members: [],
    banned: [],
    moves: [],
    keyspaces: [],
    config: [],
    features: FEATURES,
    committee: [],
    settled: [],
    horizon: 0,
    why: [],
  }
}
