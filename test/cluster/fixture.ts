/** Records made by hand: founders by name, and what the planner makes of wishes. */
import { known } from '../../src/base/assert.js'
import { intentOf } from '../../src/cluster/intent-bytes.js'
import type { Newcomer, Wish } from '../../src/cluster/intent.js'
import { firstRecord } from '../../src/cluster/plan/first.js'
import { NO_INPUTS, plan, type Inputs, type Planned } from '../../src/cluster/plan/plan.js'
import type { Verdict } from '../../src/cluster/plan/verdict.js'
import { seal, type Sealed } from '../../src/cluster/record/record-bytes.js'
import type { RingRecord } from '../../src/cluster/record/record.js'
import { network } from '../../src/ring/replication.js'

/** `n7` has the host id ...0007; `n7@rack2` stands in rack2, `n7@dc2/rack2` in dc2. */
export function newcomer(called: string, tokens = 8): Newcomer {
  const [name = '', place = 'rack1'] = called.split('@')
  const [rack = '', dc = 'dc1'] = place.split('/').reverse()
  const hostId = idOf(name)
  const address = `10.0.0.${Number(name.slice(1))}:7946`
  return { hostId, name, address, dc, rack, tokens, features: 1 }
}

export function idOf(name: string): string {
  return `00000000-0000-0000-0000-${name.slice(1).padStart(12, '0')}`
}

export function founders(...called: string[]): Sealed {
  return firstRecord(
    called.map((each) => newcomer(each)),
    0,
  )
}

/** What comes of wishes, formed under the parent itself. */
export function planned(
  parent: Sealed,
  wishes: readonly Wish[],
  acks: Partial<Omit<Inputs, 'intents'>> = {},
): Planned {
  const intents = wishes.map((wish, i) => intentOf(idOf('n1'), parent.record.epoch, i, wish))
  intents.sort((a, b) => (a.id < b.id ? -1 : 1))
  return plan(parent, { ...NO_INPUTS, ...acks, intents })
}

/** The record that comes of them. @throws {Error} when nothing does */
export function after(
  parent: Sealed,
  wishes: readonly Wish[],
  acks: Partial<Omit<Inputs, 'intents'>> = {},
): Sealed {
  const made = planned(parent, wishes, acks)
  if (made.kind === 'nothing') throw new Error(`nothing: ${JSON.stringify(made.holds)}`)
  return known(seal(made.record), 'a record that fits')
}

/** The verdict on one wish. */
export function verdict(parent: Sealed, wish: Wish): Verdict {
  const made = planned(parent, [wish])
  const [taken] = made.kind === 'next' ? made.taken : []
  if (taken !== undefined) return taken.verdict
  return { kind: 'waits', why: made.holds.map(({ why }) => why).join('; ') }
}

/** The record with a keyspace of so many copies in dc1. */
export function withKeyspace(parent: Sealed, copies = 3): Sealed {
  return after(parent, [{ kind: 'create', name: 'shop', replication: network({ dc1: copies }) }])
}

/** Everybody has applied the record, and whoever gains has its copies. */
export function allAcks({ record }: Sealed): Omit<Inputs, 'intents'> {
  const hosts = record.members.map(({ hostId }) => hostId)
  const applied = hosts.map((hostId) => [hostId, record.epoch] as const)
  const copied = record.moves.flatMap(({ id }) => hosts.map((hostId) => [id, hostId] as const))
  return { applied, copied }
}

/** Commits stage after stage until no movement is left. */
export function finished(parent: Sealed): Sealed {
  let held = parent
  for (let stages = 0; held.record.moves.length > 0; stages++) {
    if (stages > 9) throw new Error('the movements do not end')
    held = after(held, [], allAcks(held))
  }
  return held
}

export function names({ members }: RingRecord): string[] {
  return members.map(({ name, state }) => (state === 'normal' ? name : `${name} ${state}`))
}
