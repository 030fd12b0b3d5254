/**
 * Stored before promised: a node says nothing in the name of a generation that its disk does not
 * hold, and no generation of a host id is ever lived twice.
 */
import { Reader } from '../../src/base/bytes.js'
import { keys } from '../../src/gossip/durable.js'
import type { HostId, Identity } from '../../src/gossip/identity.js'
import { SELF } from '../../src/gossip/members.js'
import type { VirtualHost } from '../host.js'
import type { Sent } from '../network.js'
import type { Check, Sight } from './check.js'
import type { Ground } from './ground.js'

interface Stored {
  readonly bytes: Uint8Array
  readonly generation: number
}

export class Promises implements Check {
  readonly name = 'promises'
  private readonly ground: Ground
  /** What each disk held when last looked at, by the host's number; bounded by the hosts. */
  private readonly stored: Stored[] = []
  /** The life in which each host id last spoke, and its generation; bounded by the host ids. */
  private readonly spoken = new Map<
    HostId,
    { readonly life: number; readonly generation: number }
  >()

  /** The identity in which each host was last seen to speak, by its number; bounded likewise. */
  private readonly speakers: Identity[] = []

  constructor(ground: Ground) {
    this.ground = ground
  }

  sent({ from }: Sent): void {
    const identity = from.node?.table.identity(SELF)
    if (identity === undefined) return
    const stored = this.generationOf(from)
    if (stored < identity.generation) {
      this.ground.say(from, `speaks as generation ${identity.generation}, stored is ${stored}`)
    }
  }

  began({ host, node }: Sight): void {
    const { hostId, generation } = node.table.identity(SELF)
    const before = this.spoken.get(hostId)
    if (before !== undefined && before.life !== host.life && generation <= before.generation) {
      this.ground.say(host, `lives generation ${generation} again, after ${before.generation}`)
    }
  }

  stepped({ host, node }: Sight): void {
    const identity = node.table.identity(SELF)
    if (identity === this.speakers[host.index]) return
    const { hostId, generation } = identity
    const before = this.spoken.get(hostId)
    if (before?.generation === generation && before.life === host.life) return
    if (this.generationOf(host) < generation) return
    this.speakers[host.index] = identity
    this.spoken.set(hostId, { life: host.life, generation })
  }

  private generationOf(host: VirtualHost): number {
    const bytes = host.disk.get(keys.generation)
    if (bytes === undefined) return 0
    const last = this.stored[host.index]
    if (last?.bytes === bytes) return last.generation
    const generation = new Reader(bytes).varint()
    this.stored[host.index] = { bytes, generation }
    return generation
  }
}
