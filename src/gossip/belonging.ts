/**
 * Which cluster this node is of: its name, and the id of its ring once there is one. Every packet
 * carries a mark of both, 16 bits each, and every introduction the whole of them. Nodes of one name
 * and two rings never merge. Before it has a ring itself a node goes with the first one that it
 * hears of, so that it does not carry news from one to another.
 */
import type { Message } from './message.js'
import { clusterTag } from './codec.js'

const HALF = 0x10000
/** Digits of an id that are told and compared: 64 bits. */
const ID_DIGITS = 16

type Told = Pick<Message, 'cluster' | 'clusterName' | 'clusterId'>

export class Belonging {
  readonly name: string
  private own = ''
  /** What stands in the head of every packet. */
  mark: number
  /** Mark of the ring that it goes with while it has none; 0 before it hears of any. */
  private heard = 0

  constructor(name: string) {
    this.name = name
    this.mark = markOf(name)
  }

  /** Its first digits; '' before there is a ring. */
  get id(): string {
    return this.own
  }

  join(id: string): void {
    this.own = id.slice(0, ID_DIGITS)
    this.mark = markOf(this.name, this.own)
  }

  /** Of another cluster, or of another ring of the same name: nothing of it is read. */
  isForeign({ cluster, clusterName, clusterId }: Told): boolean {
    if (Math.floor(cluster / HALF) !== Math.floor(this.mark / HALF)) return true
    if (clusterName !== '' && clusterName !== this.name) return true
    if (clusterId !== '' && this.own !== '' && clusterId !== this.own) return true
    const ring = cluster % HALF
    const ours = this.own === '' ? this.heard : this.mark % HALF
    if (ours === 0) this.heard = ring
    return ring !== 0 && ours !== 0 && ring !== ours
  }

  /** It has no ring yet and we have one: it may have heard of others elsewhere. */
  isNewcomer({ cluster }: Told): boolean {
    return this.own !== '' && cluster % HALF === 0
  }
}

/** @param id '' before there is a ring, which is marked by 0 */
export function markOf(name: string, id = ''): number {
  const ring = id === '' ? 0 : Math.max(1, folded(id))
  return folded(name) * HALF + ring
}

/** 16 bits of a text. */
function folded(text: string): number {
  const hash = clusterTag(text)
  return (hash >>> 16) ^ (hash & 0xffff)
}
