/**
 * Repair of what rumors missed. Every message carries a hash of its sender's member table; where
 * two differ though nothing has changed for a while, the tables' buckets are compared, then the
 * rows of those that differ, then the rows themselves change hands (Merkle's idea, one level deep,
 * and scuttlebutt's deltas). Equal tables cost nothing.
 *
 *   A --buckets--> B --rows of those that differ--> A
 *   A --what B lacks, and what A wants--> B --what A wants--> A
 */
import type { Address, Channel, Millis } from '../base/machine.js'
import type { Writer } from '../base/bytes.js'
import { scramble } from '../base/random.js'
import { BUCKETS, SECTION, writeRows, writeWant } from './codec.js'
import type { Counters } from './counters.js'
import { weigh } from './fact-set.js'
import type { Tag } from './identity.js'
import { NO_ROW, SELF, type Members, type Row } from './members.js'
import type { Message, RowDigest, RowsPart, Want } from './message.js'
import type { Post } from './post.js'
import type { Teller } from './teller.js'

/** Where a message came from, and so where the next step of its repair goes. */
export interface Peer {
  readonly to: Address
  readonly via: Channel
  readonly row: Row
}

/** One member to be told of: all of it, or its standing; and its facts after a version. */
interface Gift {
  readonly row: Row
  readonly introduce: boolean
  readonly after: number
}

type Shown = Pick<Message, 'digest' | 'settled'>

/** Rows a bucket should hold on average: fewer make longer digests, more make longer lists. */
const ROWS_A_BUCKET = 4

/** Bytes of one row in a list, at most. */
const ROW_BYTES = 21

/** More than this changes hands by stream. */
const DATAGRAM_GIFTS = 8

/** Messages sent in one step; the rest follows with the next repair. */
const MESSAGES_MAX = 64

/**
 * Time between two repairs that one node begins, and until the same two views are compared again.
 */
const GAP: Millis = 500
const FUTILE: Millis = 10000

export class Sync {
  private readonly wait: Millis
  private readonly members: Members
  private readonly teller: Teller
  private readonly post: Post
  private readonly counters: Counters
  /** Members that showed another digest, with our revision then; bounded by the members. */
  private readonly differing = new Map<Row, number>()
  /** The pair of views compared last with each, and when; bounded by the members. */
  private readonly compared = new Map<Row, { readonly pair: number; readonly at: Millis }>()
  private lastAt: Millis = -Infinity

  constructor(
    wait: Millis,
    parts: {
      readonly members: Members
      readonly teller: Teller
      readonly post: Post
      readonly counters: Counters
    },
  ) {
    this.wait = wait
    this.members = parts.members
    this.teller = parts.teller
    this.post = parts.post
    this.counters = parts.counters
  }

  /** A member showed the digest of its table. @param changedAt when ours last changed */
  noticed(row: Row, { digest, settled }: Shown, changedAt: Millis, now: Millis): void {
    if (digest === this.members.digest) {
      if (settled) this.members.agree(row)
      this.differing.delete(row)
      return
    }
    this.differing.set(row, this.members.revision)
    if (now - changedAt < this.wait || now - this.lastAt < GAP) return
    const pair = scramble(digest, this.members.digest)
    const last = this.compared.get(row)
    if (last?.pair === pair && now - last.at < FUTILE) return
    this.compared.set(row, { pair, at: now })
    this.begin(row, 'datagram', now)
  }

  /** Compares at once, for example with the first member met. */
  begin(row: Row, via: Channel, now: Millis): void {
    this.lastAt = now
    this.counters.add('syncs')
    this.sendSums({ to: this.members.identity(row).address, via, row })
  }

  /** Members heard from since our last change that hold another view. */
  differingNow(): Row[] {
    return [...this.differing].flatMap(([row, revision]) =>
      revision === this.members.revision && this.members.isPresent(row) ? [row] : [],
    )
  }

  /** The other's buckets: answers with the rows of those that differ, or with finer buckets. */
  buckets(theirs: readonly number[], peer: Peer): void {
    const fold = theirs.length
    const ours = this.members.folded(fold)
    const differ = theirs.flatMap((sum, bucket) => (sum === ours[bucket] ? [] : [bucket]))
    if (differ.length === 0) return
    const rows = this.rowsByBucket(differ, fold)
    const count = differ.reduce((sum, bucket) => sum + (rows.get(bucket)?.length ?? 0), 0)
    const fits = (via: Channel): number => Math.floor((this.post.room(via) - fold) / ROW_BYTES)
    const via = count <= fits('datagram') ? peer.via : 'stream'
    const told = whileFits(differ, rows, fits(via))
    if (told.length > 0) return this.sendRows(fold, told, rows, this.by(peer, via))
    if (fold < this.foldFor(this.members.size)) this.sendSums(this.by(peer, 'stream'))
  }

  /** The other's rows of some buckets: gives what it lacks and asks for what we lack. */
  rows(part: RowsPart, peer: Peer): void {
    const gifts: Gift[] = []
    const wants: Want[] = []
    const seen = new Set<Tag>()
    for (const digest of part.rows) {
      seen.add(digest.about)
      this.compare(digest, gifts, wants)
    }
    for (const [, row] of this.comparable(part.told, part.fold)) {
      if (!seen.has(this.members.tag(row))) gifts.push({ row, introduce: true, after: 0 })
    }
    this.give(gifts, peer)
    this.ask(wants, peer)
  }

  /** What the other asked for. */
  wants(wants: readonly Want[], peer: Peer): void {
    const gifts = wants.flatMap(({ about, after }): Gift[] => {
      const row = this.members.rowOfTagged(about)
      return row === NO_ROW ? [] : [{ row, introduce: after === 0, after }]
    })
    this.give(gifts, peer)
  }

  /** Asks for instances, or for facts after a version. */
  ask(wants: readonly Want[], peer: Peer): void {
    const room = Math.floor(this.post.room('stream') / 16)
    for (let from = 0; from < wants.length; from += room) {
      const batch = wants.slice(from, from + room)
      const write = (out: Writer): void => {
        for (const want of batch) writeWant(out, want)
      }
      const via = batch.length * 16 > this.post.room('datagram') ? 'stream' : peer.via
      this.post.send({ kind: 'gossip' }, { ...this.by(peer, via), bare: true }, [
        { section: SECTION.wants, write },
      ])
    }
  }

  private sendSums(peer: Peer): void {
    const sums = this.members.folded(this.foldFor(this.members.size))
    const write = (out: Writer): void => {
      for (const sum of sums) out.u32(sum)
    }
    const via = sums.length * 4 > this.post.room('datagram') ? 'stream' : peer.via
    this.post.send({ kind: 'gossip' }, { ...this.by(peer, via), bare: true }, [
      { section: SECTION.buckets, write },
    ])
  }

  private compare(theirs: RowDigest, gifts: Gift[], wants: Want[]): void {
    const row = this.members.rowOfTag(theirs.about)
    if (row === NO_ROW) {
      wants.push({ about: theirs.about, after: 0 })
      return
    }
    const version = this.members.version(row)
    const stands = this.members.stand(row) === theirs.stand
    if (!stands || version > theirs.version) {
      gifts.push({ row, introduce: false, after: theirs.version })
    }
    if (!stands || version < theirs.version) wants.push({ about: theirs.about, after: version })
  }

  /**
   * The rows of some buckets that take part. Tombstones past their age take none: some have dropped
   * them, some not yet.
   */
  private *comparable(buckets: readonly number[], fold: number): Generator<[number, Row]> {
    const { members } = this
    const wanted = new Uint8Array(fold)
    for (const bucket of buckets) wanted[bucket] = 1
    for (let row = SELF; row < members.end; row++) {
      const bucket = members.bucketOf(row) % fold
      if (wanted[bucket] !== 1 || !members.has(row) || members.isRetired(row)) continue
      yield [bucket, row]
    }
  }

  private rowsByBucket(buckets: readonly number[], fold: number): Map<number, Row[]> {
    const rows = new Map<number, Row[]>()
    for (const [bucket, row] of this.comparable(buckets, fold)) {
      const list = rows.get(bucket)
      if (list === undefined) rows.set(bucket, [row])
      else list.push(row)
    }
    return rows
  }

  private sendRows(
    fold: number,
    told: readonly number[],
    rows: ReadonlyMap<number, readonly Row[]>,
    peer: Peer,
  ): void {
    const digests = told.flatMap((bucket) =>
      (rows.get(bucket) ?? []).map((row) => this.digestOf(row)),
    )
    const write = (out: Writer): void => {
      writeRows(out, { fold, told, rows: digests })
    }
    this.post.send({ kind: 'gossip' }, { ...peer, bare: true }, [{ section: SECTION.rows, write }])
  }

  private digestOf(row: Row): RowDigest {
    const { tag } = this.members.identity(row)
    return { about: tag, stand: this.members.stand(row), version: this.members.version(row) }
  }

  private give(gifts: readonly Gift[], peer: Peer): void {
    const heavy = gifts.some(
      ({ row }) => weigh(this.members.facts(row)) > this.post.room('datagram') / 2,
    )
    const via = heavy || gifts.length > DATAGRAM_GIFTS ? 'stream' : peer.via
    const rest = [...gifts]
    for (let sent = 0; rest.length > 0 && sent < MESSAGES_MAX; sent++) {
      const before = rest.length
      const first = rest[0]
      const write = (out: Writer): void => this.fill(out, rest)
      this.post.send({ kind: 'gossip' }, { ...this.by(peer, via), bare: true }, [
        { section: SECTION.rumors, write },
      ])
      if (rest.length === before && rest[0] === first) rest.shift()
    }
  }

  /** Writes gifts while they fit; one that fits in part stays with what is left of it. */
  private fill(out: Writer, gifts: Gift[]): void {
    for (let gift = gifts[0]; gift !== undefined; gift = gifts[0]) {
      const left = this.writeGift(out, gift)
      if (left !== undefined) {
        gifts[0] = left
        return
      }
      gifts.shift()
    }
  }

  /** @returns what is left of it, undefined when all of it was written */
  private writeGift(out: Writer, gift: Gift): Gift | undefined {
    const mark = out.length
    if (gift.introduce) this.teller.introduce(out, gift.row)
    else this.teller.standing(out, gift.row)
    if (out.full) {
      out.rewind(mark)
      return gift
    }
    const after = this.teller.facts(out, gift.row, gift.after)
    if (after >= this.members.version(gift.row)) return undefined
    return after === gift.after ? gift : { row: gift.row, introduce: false, after }
  }

  /** A stream goes to the member's own address; an answer to the stream it came by. */
  private by(peer: Peer, via: Channel): Peer {
    if (via === peer.via || peer.row === NO_ROW) return { ...peer, via }
    return { ...peer, via, to: this.members.identity(peer.row).address }
  }

  private foldFor(size: number): number {
    let fold = 1
    while (fold < BUCKETS && fold * ROWS_A_BUCKET < size) fold *= 2
    return fold
  }
}

/** As many whole buckets as have room. */
function whileFits(
  buckets: readonly number[],
  rows: ReadonlyMap<number, readonly Row[]>,
  room: number,
): number[] {
  const told: number[] = []
  let used = 0
  for (const bucket of buckets) {
    used += rows.get(bucket)?.length ?? 0
    if (used > room) break
    told.push(bucket)
  }
  return told
}
