/**
 * What an earlier run knew, put to use: tombstones and the dead are believed as they were, the live
 * ones only probed. A node out of touch for longer than tombstones are kept keeps nothing but
 * addresses to try, not even on its disk: the next start would take it for news.
 */
import type { Millis } from '../base/machine.js'
import type { Remembered, Restored } from './durable.js'
import type { WallTime } from './evidence.js'
import type { MemberStore } from './member-store.js'
import type { Missing } from './missing.js'
import type { Roster } from './roster.js'
import type { Seeds } from './seeds.js'
import type { Strangers } from './strangers.js'
import { isBanned } from './precedence.js'

export function restoreMembers(
  restored: Restored,
  floor: Millis,
  parts: {
    readonly wall: WallTime
    readonly roster: Roster
    readonly strangers: Strangers
    readonly seeds: Seeds
    readonly missing: Missing
    readonly store: MemberStore
  },
  now: Millis,
): void {
  const outOfTouch = parts.wall.at(now) - restored.seen >= floor
  for (const member of restored.members) {
    if (member.identity.hostId === restored.hostId) continue
    if (outOfTouch && !isBanned(member.standing)) {
      parts.seeds.lead(member.identity.address)
      parts.store.forget(member.identity.hostId, now)
    } else if (member.standing === 'alive') {
      parts.strangers.hear(member.identity, member.incarnation)
      parts.missing.expect(member)
    } else recall(member, parts, now)
  }
}

function recall(
  member: Remembered,
  parts: { readonly wall: WallTime; readonly roster: Roster },
  now: Millis,
): void {
  const since = Math.min(now, parts.wall.monotonic(member.since))
  const { identity, standing, incarnation } = member
  parts.roster.restore({ identity, standing, incarnation }, since)
}
