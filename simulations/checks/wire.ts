/**
 * What is sent can be read, fits, and says who speaks: every message carries its sender and the
 * incarnation that the sender had, so that a missed refutation heals with the next packet.
 */
import { decode } from '../../src/gossip/codec.js'
import { SELF } from '../../src/gossip/members.js'
import { ENCRYPTION_RESERVE, FRAME_MAX } from '../../src/gossip/post.js'
import type { Sent } from '../network.js'
import type { Check } from './check.js'
import type { Ground } from './ground.js'

/** Reading costs more than sending: every so many messages one is read. */
const SAMPLE = 16

export class Wire implements Check {
  readonly name = 'wire'
  private readonly ground: Ground
  private count = 0

  constructor(ground: Ground) {
    this.ground = ground
  }

  sent(sent: Sent): void {
    const { from, bytes, via } = sent
    const limit = via === 'stream' ? FRAME_MAX : this.ground.settings.datagram - ENCRYPTION_RESERVE
    if (bytes.length > limit) this.ground.say(from, `a ${via} of ${bytes.length} bytes`)
    if (this.count++ % SAMPLE === 0) this.read(sent, limit)
  }

  private read({ from, bytes }: Sent, limit: number): void {
    const message = decode(bytes, limit)
    if ('kind' in message) return this.ground.say(from, `sends junk: ${message.reason}`)
    const table = from.node?.table
    if (message.sender !== table?.identity(SELF).tag) return
    const least = this.ground.truth.of(message.sender)?.incarnation ?? 0
    const most = table.incarnation(SELF)
    if (message.incarnation >= least && message.incarnation <= most) return
    const own = `its own is ${most}`
    this.ground.say(from, `speaks with incarnation ${message.incarnation}, ${own}`)
  }
}
