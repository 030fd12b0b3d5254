/** Letters written by hand, in the bytes of the codec: what no honest node would send. */
import { Writer } from '../../src/base/bytes.js'
import { closeSection, openSection, SECTION, writeHead } from '../../src/gossip/codec.js'
import { markOf } from '../../src/gossip/belonging.js'
import { writeRumor, type Rumor } from '../../src/gossip/claim.js'
import type { Tag } from '../../src/gossip/identity.js'
import type { Body } from '../../src/gossip/message.js'

export interface Letter {
  readonly sender: Tag
  readonly body?: Body
  readonly incarnation?: number
  readonly rumors?: readonly Rumor[]
  readonly cluster?: string
  /** The cluster that the head is marked with, if not the one named. */
  readonly marked?: string
  /** Name the cluster in full, as an introduction does. */
  readonly named?: boolean
}

export function letter(given: Letter): Uint8Array {
  const out = new Writer(65536)
  const cluster = given.cluster ?? 'world'
  const head = {
    cluster: markOf(given.marked ?? cluster),
    sender: given.sender,
    incarnation: given.incarnation ?? 0,
    digest: 0,
    whoAreYou: false,
    settled: true,
  }
  writeHead(out, head, given.body ?? { kind: 'gossip' })
  if (given.named === true) {
    const mark = openSection(out, SECTION.cluster)
    out.text(cluster)
    closeSection(out, mark)
  }
  if (given.rumors !== undefined) {
    const mark = openSection(out, SECTION.rumors)
    for (const rumor of given.rumors) writeRumor(out, rumor)
    closeSection(out, mark)
  }
  return out.take()
}
