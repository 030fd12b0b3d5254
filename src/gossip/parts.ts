/**
 * Puts the small machines of gossip together. Each is given exactly what it uses; only this file
 * knows them all.
 */
import { Writer } from '../base/bytes.js'
import type { Address, Millis } from '../base/machine.js'
import { Belonging } from './belonging.js'
import { Random } from '../base/random.js'
import { Contacts, Sequence } from './contacts.js'
import { Counters } from './counters.js'
import { Counts } from './counts.js'
import type { Restored } from './durable.js'
import { Edges } from './edges.js'
import { EvidenceLog, WallTime } from './evidence.js'
import { FactKeeper } from './facts.js'
import { Health } from './health.js'
import { identityOf, type HostId, type Identity } from './identity.js'
import { Isolation } from './isolation.js'
import { Judge } from './judge.js'
import { Life } from './life.js'
import { MemberStore } from './member-store.js'
import { Members, SELF } from './members.js'
import { Missing } from './missing.js'
import { Outbox } from './outbox.js'
import { Accrual, Window } from './phi.js'
import { Pages } from './pages.js'
import { Post } from './post.js'
import { Prober } from './prober.js'
import { Probing } from './probing.js'
import { Reconnect } from './reconnect.js'
import { Roster } from './roster.js'
import { Rotation } from './rotation.js'
import { RoundTrips } from './round-trip.js'
import { Page, Rows } from './rows.js'
import { Allowance, Rounds } from './rounds.js'
import { Rumors } from './rumors.js'
import { Seeds } from './seeds.js'
import type { GossipSettings } from './settings.js'
import { Strangers } from './strangers.js'
import { Suspicions } from './suspicions.js'
import { Sync } from './sync.js'
import { Slots, TagIndex } from './tag-index.js'
import { Teller } from './teller.js'
import { Tombstones } from './tombstones.js'
import { Verdicts } from './verdicts.js'
import { Watch } from './watch.js'

export interface GossipOptions {
  readonly settings: GossipSettings
  /** Name of the cluster, 1..64 bytes: nodes of another name are refused. */
  readonly cluster: string
  readonly hostId: HostId
  readonly name: string
  /** Where others reach this node: a numeric HOST:PORT. */
  readonly address: Address
  readonly dc: string
  readonly rack: string
  readonly tokenCount: number
  readonly tokenDigest: number
  /** What an earlier run stored, null on a fresh disk. */
  readonly restored: Restored | null
  /** Epoch milliseconds at the construction. */
  readonly wall: number
  readonly random: Random
}

export type Parts = Spoken & Sensed & Decided & Mended

/** What every other part speaks through. */
type Spoken = ReturnType<typeof speaking>
type Sensed = ReturnType<typeof sensing>
type Decided = ReturnType<typeof deciding>
type Mended = ReturnType<typeof mending>

export function assemble(options: GossipOptions, now: Millis): Parts {
  const spoken = speaking(options, now)
  const sensed = sensing(options, spoken, now)
  const decided = deciding(options, spoken, sensed)
  const mended = mending(options, spoken, now)
  return { ...spoken, ...sensed, ...decided, ...mended }
}

/** The table, and what is said of it. */
function speaking(options: GossipOptions, now: Millis) {
  const { settings } = options
  const members = new Members()
  members.add({ identity: ownIdentity(options), standing: 'alive', incarnation: 0 }, now)
  const outbox = new Outbox()
  const rumors = new Rumors(settings.retransmits)
  const suspicions = new Suspicions(settings)
  const verdicts = new Verdicts(suspicions)
  const teller = new Teller(members, verdicts, settings.factInline, settings.datagram)
  const memory = remembering(options, members, outbox)
  const belonging = new Belonging(options.cluster)
  const post = new Post({ members, rumors, teller, outbox, ...memory }, belonging, settings)
  const counters = new Counters()
  const wall = new WallTime(options.wall, now)
  const said = { suspicions, verdicts, teller, belonging, post }
  return { members, outbox, rumors, ...said, counters, wall, ...memory }
}

/** What a crash does not undo, and what an earlier one left open. */
function remembering({ settings }: GossipOptions, members: Members, outbox: Outbox) {
  const store = new MemberStore(outbox)
  const missing = new Missing(members)
  const tombstones = new Tombstones(settings.tombstoneFloor, members, store, missing)
  return { store, missing, tombstones }
}

/** How it is noticed that somebody lives, or does not. */
function sensing(options: GossipOptions, spoken: Spoken, now: Millis) {
  const { settings, random } = options
  const { members, outbox, post } = spoken
  const health = new Health(settings, outbox)
  const trips = new RoundTrips(settings)
  const rotation = new Rotation(members, random.fork('rotation'))
  const edges = new Edges(settings, members, random.fork('edges'))
  const sequence = new Sequence(random.fork('sequence'))
  const contacts = new Contacts(sequence)
  const isolation = new Isolation(settings.isolationCap, now)
  const senses = { sequence, health, isolation, trips, rotation, edges }
  const prober = new Prober(settings, members, senses, random.fork('prober'), now)
  const probing = new Probing(settings, { members, prober, contacts, post })
  return { ...senses, contacts, prober, probing }
}

/** What is believed of it. */
function deciding(options: GossipOptions, spoken: Spoken, sensed: Sensed) {
  const { settings } = options
  const watch = new Watch(settings, spoken.members, spoken.outbox)
  const evidence = new EvidenceLog(spoken.wall)
  const roster = new Roster({ ...spoken, ...sensed, watch, evidence }, settings.membersMax)
  const strangers = new Strangers(spoken.missing)
  const judge = new Judge(settings, { ...spoken, ...sensed, roster, strangers })
  const life = new Life({ ...spoken, ...sensed }, options.cluster, spoken.members.identity(SELF))
  return { watch, evidence, roster, strangers, judge, life }
}

/** How what was missed is made up for. */
function mending(options: GossipOptions, spoken: Spoken, now: Millis) {
  const { settings, random } = options
  const facts = new FactKeeper(settings.factQuota, spoken)
  const sync = new Sync(settings.syncWait, spoken)
  const seeds = new Seeds(options.address, spoken.members, spoken.outbox)
  const reconnect = new Reconnect(
    settings.reconnectPace,
    spoken.members,
    seeds,
    spoken.missing,
    random.fork('reconnect'),
  )
  const rounds = new Rounds(settings, spoken, random.fork('rounds'), now)
  return { facts, sync, seeds, reconnect, rounds }
}

/** Every class whose instances the parts consist of: what a snapshot of them may contain. */
export const gossipClasses = {
  Accrual,
  Allowance,
  Belonging,
  Contacts,
  Counters,
  Counts,
  Edges,
  EvidenceLog,
  FactKeeper,
  Health,
  Isolation,
  Judge,
  Life,
  MemberStore,
  Members,
  Missing,
  Outbox,
  Page,
  Pages,
  Post,
  Prober,
  Probing,
  Random,
  Reconnect,
  Roster,
  Rotation,
  RoundTrips,
  Rounds,
  Rows,
  Rumors,
  Seeds,
  Sequence,
  Slots,
  Strangers,
  Suspicions,
  Sync,
  TagIndex,
  Teller,
  Tombstones,
  Verdicts,
  WallTime,
  Watch,
  Window,
  Writer,
}

function ownIdentity(options: GossipOptions): Identity {
  const { hostId, address, name, dc, rack, tokenCount, tokenDigest } = options
  const generation = firstGeneration(options)
  return identityOf({ hostId, generation, address, name, dc, rack, tokenCount, tokenDigest })
}

function firstGeneration(options: GossipOptions): number {
  const seconds = Math.floor(options.wall / 1000)
  return Math.max((options.restored?.generation ?? 0) + 1, seconds)
}
