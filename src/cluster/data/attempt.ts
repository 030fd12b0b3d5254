/**
 * One attempt at an operation under one record: whom it asks, what their answers come to. A write
 * goes to all replicas that are there. A read asks as many as its level needs, near ones first, and
 * the others when those are slow; the newest version wins, and whoever answered with an older one
 * is given it before the reader is told, so that no later reader of the same level sees less.
 */
import { compareBytes } from '../../base/byte-order.js'
import { NEVER, type Millis } from '../../base/machine.js'
import type { HostId } from '../../gossip/identity.js'
import type { Need } from './consistency.js'
import type { Answer, Ask } from './request.js'
import { Tally } from './tally.js'

export interface Errand {
  readonly to: HostId
  readonly ask: Ask
}

/** Who can be asked, and since when slow ones are not waited for. */
export interface Audience {
  /** Everybody concerned, near ones first. */
  readonly order: readonly HostId[]
  isPresent(hostId: HostId): boolean
  readonly hedgeAt: Millis
}

export interface Attempt {
  readonly tally: Tally
  /** When it wants to ask others too. */
  readonly wakeAt: Millis
  begin(): readonly Errand[]
  heard(by: HostId, answer: Answer): readonly Errand[]
  /** `by` gives no answer. */
  lost(by: HostId): readonly Errand[]
  hedge(): readonly Errand[]
}

type WriteAsk = Extract<Ask, { kind: 'write' }>
type ReadAsk = Extract<Ask, { kind: 'read' }>

const NONE: readonly never[] = []

export class WriteAttempt implements Attempt {
  readonly tally: Tally
  readonly wakeAt = NEVER
  private readonly ask: WriteAsk
  private readonly audience: Audience

  constructor(ask: WriteAsk, needs: readonly Need[], audience: Audience) {
    this.ask = ask
    this.audience = audience
    this.tally = new Tally(needs)
  }

  begin(): readonly Errand[] {
    const { ask, audience } = this
    const present = audience.order.filter((to) => audience.isPresent(to))
    for (const to of audience.order) if (!present.includes(to)) this.tally.refuse(to)
    return present.map((to) => ({ to, ask }))
  }

  heard(by: HostId, answer: Answer): readonly Errand[] {
    if (answer.kind === 'written') this.tally.accept(by)
    else this.tally.refuse(by)
    return NONE
  }

  lost(by: HostId): readonly Errand[] {
    this.tally.refuse(by)
    return NONE
  }

  hedge(): readonly Errand[] {
    return NONE
  }
}

export class ReadAttempt implements Attempt {
  tally: Tally
  wakeAt: Millis
  /** The newest version heard of. */
  value: Uint8Array | null = null
  private readonly ask: ReadAsk
  private readonly needs: readonly Need[] // bounded by the datacenters
  private readonly audience: Audience
  /** Who was asked; bounded by the replicas, as the next three. */
  private readonly asked = new Set<HostId>()
  /** Those that say nothing, or no; bounded likewise. */
  private readonly silent = new Set<HostId>()
  /** What each is known to hold; bounded likewise. */
  private readonly versions = new Map<HostId, Uint8Array | null>()
  /** What those with older versions were given; bounded likewise. */
  private readonly given = new Map<HostId, Uint8Array>()
  /** The level was met: now so many must hold the newest version. */
  private mending = false

  constructor(ask: ReadAsk, needs: readonly Need[], audience: Audience) {
    this.ask = ask
    this.needs = needs
    this.audience = audience
    this.wakeAt = audience.hedgeAt
    this.tally = new Tally(needs)
  }

  /** Those that had an older version. */
  get repaired(): readonly HostId[] {
    return [...this.given.keys()].sort()
  }

  begin(): readonly Errand[] {
    const { order } = this.audience
    const present = order.filter((to) => this.audience.isPresent(to))
    for (const to of order) if (!present.includes(to)) this.silent.add(to)
    this.count()
    const wanted = new Set(
      this.needs.flatMap(({ count, from }) =>
        present.filter((to) => from.includes(to)).slice(0, count),
      ),
    )
    return this.askAll(present.filter((to) => wanted.has(to)))
  }

  heard(by: HostId, answer: Answer): readonly Errand[] {
    switch (answer.kind) {
      case 'row':
        return this.holds(by, answer.value)
      case 'written':
        return this.holds(by, this.given.get(by) ?? null)
      case 'stale':
      case 'refused':
        return this.lost(by)
    }
  }

  lost(by: HostId): readonly Errand[] {
    this.silent.add(by)
    this.count()
    return this.hedge()
  }

  hedge(): readonly Errand[] {
    this.wakeAt = NEVER
    const { order } = this.audience
    return this.askAll(order.filter((to) => this.audience.isPresent(to)))
  }

  private holds(by: HostId, version: Uint8Array | null): readonly Errand[] {
    this.versions.set(by, version)
    if (compareVersions(version, this.value) > 0) this.value = version
    this.count()
    if (!this.mending && !this.tally.met) return NONE
    this.mending = true
    this.count()
    return this.mend()
  }

  private count(): void {
    this.tally = new Tally(this.needs)
    for (const [hostId, version] of this.versions)
      if (!this.mending || compareVersions(version, this.value) === 0) this.tally.accept(hostId)
    for (const hostId of this.silent) this.tally.refuse(hostId)
  }

  private mend(): Errand[] {
    const { value, ask, versions, given } = this
    if (value === null) return []
    const older = [...versions].flatMap(([hostId, version]) => {
      const lacks = compareVersions(version, value) < 0 && given.get(hostId) !== value
      return lacks ? [hostId] : []
    })
    for (const hostId of older) given.set(hostId, value)
    return older.map((to) => ({ to, ask: { kind: 'write', entry: { key: ask.key, value } } }))
  }

  private askAll(list: readonly HostId[]): Errand[] {
    const fresh = list.filter((to) => !this.asked.has(to))
    for (const to of fresh) this.asked.add(to)
    return fresh.map((to) => ({ to, ask: this.ask }))
  }
}

/** No version at all is older than any. */
function compareVersions(a: Uint8Array | null, b: Uint8Array | null): number {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1)
  return compareBytes(a, b)
}
