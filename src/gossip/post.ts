/**
 * Composes what is sent: head, body, what the receiver itself must hear first, then as many rumors
 * as the budget of the datagram allows.
 */
import { Writer } from '../base/bytes.js'
import type { Address, Channel } from '../base/machine.js'
import type { Belonging } from './belonging.js'
import { closeSection, openSection, SECTION, writeHead, type Head } from './codec.js'
import { SELF, type Members, type Row } from './members.js'
import type { Body } from './message.js'
import type { Outbox } from './outbox.js'
import type { Rumors } from './rumors.js'
import type { Teller } from './teller.js'
import type { Tombstones } from './tombstones.js'

/** Kept free in each datagram for encryption: nonce, tag and key id. */
export const ENCRYPTION_RESERVE = 40

/** Largest frame on a stream; repairs beyond it are sent in several. */
export const FRAME_MAX = 65536

/** Room for the largest datagram that settings allow. */
const DATAGRAM_MAX = 1400

/** Largest message taken for sane from a stream. */
export const FRAME_LIMIT = 1048576

export interface Dispatch {
  readonly to: Address
  readonly via: Channel
  /** Who it goes to, NO_ROW if unknown: what it must hear about itself goes first. */
  readonly row?: Row
  /** Tell who we are, for one who may not know us. */
  readonly introduce?: boolean
  /** Ask who they are. */
  readonly whoAreYou?: boolean
  /** Leave no room for rumors: parts of a repair count. */
  readonly bare?: boolean
}

/** Writes one section's content. */
export interface Part {
  readonly section: number
  readonly write: (out: Writer) => void
}

/**
 * What is being written; it is empty between two messages, so all nodes of a process share it. A
 * writer of its own for each of ten thousand would be 660 MB.
 */
const frame = new Writer(FRAME_MAX)
const datagram = new Writer(DATAGRAM_MAX)

export interface PostSettings {
  readonly datagram: number
  /** Whether the accused is told first. */
  readonly buddy: boolean
}

export class Post {
  private readonly members: Members
  private readonly rumors: Rumors
  private readonly teller: Teller
  private readonly tombstones: Pick<Tombstones, 'settled'>
  private readonly outbox: Outbox
  private readonly datagramLimit: number
  private readonly belonging: Belonging
  private readonly buddy: boolean

  constructor(
    parts: {
      readonly members: Members
      readonly rumors: Rumors
      readonly teller: Teller
      readonly tombstones: Pick<Tombstones, 'settled'>
      readonly outbox: Outbox
    },
    belonging: Belonging,
    settings: PostSettings,
  ) {
    this.members = parts.members
    this.rumors = parts.rumors
    this.teller = parts.teller
    this.tombstones = parts.tombstones
    this.outbox = parts.outbox
    this.belonging = belonging
    this.buddy = settings.buddy
    this.datagramLimit = settings.datagram - ENCRYPTION_RESERVE
  }

  /** Sends one message. @returns its size in bytes */
  send(body: Body, dispatch: Dispatch, parts: readonly Part[] = []): number {
    const bytes = this.compose(body, dispatch, parts).take()
    this.outbox.send(dispatch.to, bytes, dispatch.via)
    return bytes.length
  }

  /** How many bytes of parts a message on that channel may carry. */
  room(via: Channel): number {
    return (via === 'stream' ? FRAME_MAX : this.datagramLimit) - 64
  }

  private compose(body: Body, dispatch: Dispatch, parts: readonly Part[]): Writer {
    const out = dispatch.via === 'stream' ? frame.reset() : this.limited()
    writeHead(out, this.head(dispatch.whoAreYou ?? false), body)
    if (dispatch.introduce === true) this.writeClusterName(out)
    for (const part of parts) {
      const mark = openSection(out, part.section)
      part.write(out)
      closeSection(out, mark)
    }
    const owes = this.owes(dispatch)
    if (!owes && (dispatch.bare === true || !this.rumors.pending)) return out
    return this.withRumors(out, dispatch)
  }

  private limited(): Writer {
    return datagram.reset(this.datagramLimit)
  }

  private withRumors(out: Writer, dispatch: Dispatch): Writer {
    const mark = openSection(out, SECTION.rumors)
    if (out.full) {
      out.rewind(mark)
      return out
    }
    if (dispatch.introduce === true) this.introduceSelf(out)
    if (dispatch.row !== undefined && this.isAccused(dispatch.row)) {
      this.attempt(out, () => this.teller.standing(out, dispatch.row ?? SELF))
    }
    if (dispatch.bare !== true) {
      this.rumors.fill(out, this.members.present, (into, news) => this.teller.news(into, news))
    }
    closeSection(out, mark)
    return out
  }

  private introduceSelf(out: Writer): void {
    this.attempt(out, () => this.teller.introduce(out, SELF))
    this.attempt(out, () => this.teller.inlineFacts(out, SELF, 0))
  }

  private attempt(out: Writer, write: () => void): void {
    const mark = out.length
    write()
    if (out.full) out.rewind(mark)
  }

  /**
   * Whether it must hear something whatever else there is to tell: who we are, or what is said of
   * it.
   */
  private owes(dispatch: Dispatch): boolean {
    return (
      dispatch.introduce === true || (dispatch.row !== undefined && this.isAccused(dispatch.row))
    )
  }

  private isAccused(row: Row): boolean {
    if (row <= SELF || !this.members.has(row)) return false
    const standing = this.members.standing(row)
    return standing !== 'alive' && (this.buddy || standing !== 'suspect')
  }

  private writeClusterName(out: Writer): void {
    const mark = openSection(out, SECTION.cluster)
    out.text(this.belonging.name)
    out.text(this.belonging.id)
    closeSection(out, mark)
  }

  private head(whoAreYou: boolean): Head {
    return {
      cluster: this.belonging.mark,
      sender: this.members.ownTag,
      incarnation: this.members.ownIncarnation,
      digest: this.members.digest,
      whoAreYou,
      settled: this.tombstones.settled,
    }
  }
}
