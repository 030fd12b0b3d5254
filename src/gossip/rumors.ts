/**
 * What there is to tell, and how often it was told: one rumor a member, least-sent first, each a
 * number of times that grows with log N (SWIM section 4.1). A rumor is only the name of a row and
 * of what about it is news; the words are found when it is written, so nothing stale is ever sent.
 */
import { assert } from '../base/assert.js'
import type { Writer } from '../base/bytes.js'
import { log10 } from '../base/math.js'
import type { Row } from './members.js'

/** What about a member is news; any of them may be joined. */
export const NEWS = { introduction: 1, standing: 2, facts: 4 } as const

export interface News {
  readonly row: Row
  what: number
  /** Facts after this version are news. */
  after: number
  sends: number
}

/** Writes a rumor, or nothing; what did not fit leaves the writer full. */
export type WriteNews = (out: Writer, news: News) => void

/** More than the settings ever allow; what others told counts up to it. */
const SENDS_MAX = 4095

/** Rumors that may fail to fit before a datagram counts as full. */
const MISFITS_MAX = 4

export class Rumors {
  private readonly retransmits: number
  /** Bounded by the rows of the member table: one each. */
  private readonly news = new Map<Row, News>()
  /**
   * Rows by how often they were sent; entries that moved on are skipped. Bounded with the rumors.
   */
  private levels: Row[][] = []

  constructor(retransmits: number) {
    this.retransmits = retransmits
  }

  /** Something about a member is news (again): it is told from the start. */
  spread(row: Row, what: number, after = 0): void {
    const known = this.news.get(row)
    const facts = (known?.what ?? 0) & NEWS.facts
    const from = facts === 0 ? after : Math.min(known?.after ?? 0, after)
    const merged = { row, what: what | (known?.what ?? 0), after: from, sends: 0 }
    if ((what & NEWS.facts) === 0 && facts !== 0) merged.after = known?.after ?? 0
    this.news.set(row, merged)
    if (known?.sends !== 0) this.level(0).push(row)
  }

  /**
   * Others tell of the newcomer too, or told of it before it was met: each time counts as one
   * telling of ours, since in a cluster that starts at once everybody would tell everybody of
   * everybody (feedback; Demers et al., 1987).
   */
  echo(row: Row, times = 1): void {
    const news = this.news.get(row)
    if (news?.what !== NEWS.introduction) return
    const sends = Math.min(SENDS_MAX, news.sends + times)
    if (sends === news.sends) return
    news.sends = sends
    this.level(sends).push(row)
  }

  forget(row: Row): void {
    this.news.delete(row)
  }

  get size(): number {
    return this.news.size
  }

  get pending(): boolean {
    return this.news.size > 0
  }

  /**
   * Fills the writer, least-sent first, and counts what was sent. @returns how many rumors went in
   */
  fill(out: Writer, present: number, write: WriteNews): number {
    const limit = this.retransmits * Math.ceil(log10(present + 1))
    const sent: News[] = []
    let misfits = 0
    for (let sends = 0; sends < this.levels.length && misfits < MISFITS_MAX; sends++) {
      misfits += this.fillFrom(sends, { out, write, sent, misfits, limit })
    }
    for (const news of sent) {
      if (news.sends >= limit) this.news.delete(news.row)
      else this.level(news.sends).push(news.row)
    }
    this.trim()
    return sent.length
  }

  private fillFrom(
    sends: number,
    into: { out: Writer; write: WriteNews; sent: News[]; misfits: number; limit: number },
  ): number {
    const level = this.level(sends)
    const kept: Row[] = []
    let misfits = 0
    let next = 0
    for (; next < level.length && into.misfits + misfits < MISFITS_MAX; next++) {
      const row = level[next] ?? 0
      const news = this.news.get(row)
      if (news?.sends !== sends) continue
      if (sends >= into.limit) {
        this.news.delete(row)
        continue
      }
      const mark = into.out.length
      into.write(into.out, news)
      if (into.out.full) {
        into.out.rewind(mark)
        misfits++
        kept.push(row)
        continue
      }
      news.sends++
      into.sent.push(news)
    }
    this.levels[sends] = kept.length === 0 ? level.slice(next) : [...kept, ...level.slice(next)]
    return misfits
  }

  private level(sends: number): Row[] {
    assert(sends >= 0 && sends <= SENDS_MAX, 'sends are few')
    while (this.levels.length <= sends) this.levels.push([])
    return this.levels[sends] ?? []
  }

  private trim(): void {
    if (this.news.size === 0) this.levels = []
  }
}
