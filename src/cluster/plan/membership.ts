/** Who comes and who goes: intents to join, leave, remove and replace, judged under a record. */
import type { HostId } from '../../gossip/identity.js'
import { allocate, DEFAULT_TOKENS } from '../../ring/allocate.js'
import { compareTokens, type Token } from '../../ring/token.js'
import type { Newcomer } from '../intent.js'
import {
  bannedIn,
  memberOf,
  nameIn,
  votersOf,
  type Move,
  type RecordMember,
  type RingRecord,
} from '../record/record.js'
import { begin, withMember, withState } from './begin.js'
import { NEWER, tooOld } from './configuring.js'
import { allocationOf, ringMember, ringOf } from './layout.js'
import { shortage } from './shortage.js'
import { refused, vain, waits, type Verdict } from './verdict.js'

/** @param seed the digest of the parent record */
export function judgeJoin(record: RingRecord, id: string, who: Newcomer, seed: string): Verdict {
  const problem = unwelcome(record, who)
  if (problem !== undefined) return problem
  const member = newMember(who)
  const grown = withMember(record, member)
  const tokens = allocated(record, member, who.tokens, seed)
  const holding = { hostId: who.hostId, tokens }
  const move = { ...movement(record, id, 'join', [who.hostId]), tokens: [holding] }
  return begin(grown, move, `${who.name} joins with ${tokens.length} tokens`)
}

export function judgeLeave(
  record: RingRecord,
  id: string,
  hostId: HostId,
  force: boolean,
): Verdict {
  const member = memberOf(record, hostId)
  if (member === undefined) return vain(`${nameIn(record, hostId)} is no member`)
  if (member.state === 'lost') return vain(`${member.name} was given up already`)
  if (member.state === 'leaving') return vain(`${member.name} is leaving already`)
  if (member.state === 'joining') {
    return refused(`${member.name} is still joining`, 'Cancel its join instead.')
  }
  if (votersOf(record).length === 1 || standing(record, [hostId]) === 0) {
    return refused(`${member.name} is the last node`, 'Stop it instead; its data stays.')
  }
  const short = force ? undefined : shortage(record, [hostId])
  if (short !== undefined) return refused(short, 'Add a node first, or repeat it with --force.')
  const leaving = withState(record, [hostId], 'leaving')
  return begin(leaving, movement(record, id, 'leave', [hostId]), `${member.name} leaves`)
}

export function judgeRemove(
  record: RingRecord,
  id: string,
  hostIds: readonly HostId[],
  loseData: boolean,
): Verdict {
  const there = hostIds.filter((hostId) => memberOf(record, hostId) !== undefined)
  const names = there.map((hostId) => nameIn(record, hostId)).join(', ')
  if (there.length === 0) return vain('none of them is a member')
  const joining = there.find((hostId) => memberOf(record, hostId)?.state === 'joining')
  if (joining !== undefined) {
    return refused(`${nameIn(record, joining)} is still joining`, 'Cancel its join instead.')
  }
  if (standing(record, there) === 0) return refused('nobody would be left', 'Keep one node.')
  const move = { ...movement(record, id, 'remove', there), loseData }
  return begin(record, move, `${names} removed`)
}

export function judgeReplace(
  record: RingRecord,
  id: string,
  wish: { readonly hostId: HostId; readonly by: Newcomer; readonly loseData: boolean },
): Verdict {
  const { hostId, by, loseData } = wish
  const old = memberOf(record, hostId)
  if (old === undefined) return vain(`${nameIn(record, hostId)} is no member`)
  if (old.state !== 'normal') return refused(`${old.name} is ${old.state}`, 'Cancel that first.')
  if (old.dc !== by.dc || old.rack !== by.rack) {
    return refused(
      `${by.name} is in ${by.dc} ${by.rack}, ${old.name} was in ${old.dc} ${old.rack}`,
      'Start the replacement in the same datacenter and rack.',
    )
  }
  const problem = unwelcome(record, by)
  if (problem !== undefined) return problem
  const grown = withMember(record, { ...newMember(by), weight: old.weight })
  const move = { ...movement(record, id, 'replace', [hostId]), by: by.hostId, loseData }
  return begin(grown, move, `${by.name} takes the place of ${old.name}`)
}

/** Why it cannot come in, if so. */
function unwelcome(record: RingRecord, who: Newcomer): Verdict | undefined {
  const banned = bannedIn(record, who.hostId)
  if (banned !== undefined) {
    return refused(
      `${who.name} was ${banned.as} at epoch ${banned.epoch}, and its host id is banned for good`,
      'Move its data directory away: it then comes back as a new node.',
    )
  }
  if (memberOf(record, who.hostId) !== undefined) return vain(`${who.name} is a member already`)
  if (who.features < record.features) return refused(tooOld(who.name, who.features, record), NEWER)
  const comes = record.moves.find(({ by }) => by === who.hostId)
  return comes && waits(`${who.name} comes in by the movement ${comes.id}`)
}

export function newMember(who: Newcomer): RecordMember {
  const { hostId, name, address, dc, rack, features } = who
  const weight = Math.max(1, Math.round((who.tokens * 1000) / DEFAULT_TOKENS))
  return { hostId, name, address, dc, rack, weight, state: 'joining', tokens: [], features }
}

function allocated(record: RingRecord, member: RecordMember, count: number, seed: string): Token[] {
  const wanted = { joiner: ringMember(member), count }
  const taken = record.moves.reduce((ring, { kind, tokens }) => {
    // What another joiner was promised stands already: no token is given twice.
    const promised = kind === 'join' ? tokens : []
    return promised.reduce((held, holding) => {
      const other = memberOf(record, holding.hostId)
      return other === undefined
        ? held
        : held.with({ ...ringMember(other), tokens: holding.tokens })
    }, ring)
  }, ringOf(record))
  const tokens = allocate(taken, allocationOf(record, [member.dc]), wanted, seed)
  return tokens.sort(compareTokens)
}

export function movement(
  record: RingRecord,
  id: string,
  kind: Move['kind'],
  nodes: readonly HostId[],
): Move {
  const stage = 'prepare' as const
  const since = record.epoch + 1
  return { id, kind, nodes, by: '', tokens: [], alters: null, loseData: false, stage, since }
}

/** How many members with tokens would be left. */
function standing(record: RingRecord, without: readonly HostId[]): number {
  return record.members.filter(
    ({ hostId, tokens }) => tokens.length > 0 && !without.includes(hostId),
  ).length
}
