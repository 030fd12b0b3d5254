/**
 * What really was: which instances lived, what they said of themselves and when they ended. The
 * checkers hold what nodes believe against it.
 */
import type { Millis } from '../../src/base/machine.js'
import type { Fact, Facts } from '../../src/gossip/fact-set.js'
import type { Identity, Tag } from '../../src/gossip/identity.js'
import { noFacts } from '../../src/gossip/fact-set.js'
import { SELF } from '../../src/gossip/members.js'
import type { VirtualHost } from '../host.js'
import type { Check, Sight, Turn } from './check.js'

/** One generation of one host id. */
export interface Instance {
  readonly identity: Identity
  readonly host: VirtualHost
  readonly life: number
  incarnation: number
  version: number
  /** As it published them last. */
  facts: Facts
  /** Every value it ever published, by version; bounded by its publishing. */
  readonly published: Map<number, Fact>
  /** Its last step. */
  lastAt: Millis
  /** When it announced leaving or draining. */
  endedAt: Millis | null
}

export class Truth implements Check {
  readonly name = 'truth'
  /** Bounded by the generations of the run. */
  private readonly instances = new Map<Tag, Instance>()
  /** The one that each host was last, by its number; bounded by the hosts. */
  private readonly latest: Instance[] = []

  of(tag: Tag): Instance | undefined {
    return this.instances.get(tag)
  }

  /** The instance a host is at present, if its process runs. */
  at(host: VirtualHost): Instance | undefined {
    return host.node === undefined ? undefined : this.of(host.node.table.identity(SELF).tag)
  }

  /** Its process runs, and it has not said goodbye. */
  lives({ identity, host, endedAt }: Instance): boolean {
    if (endedAt !== null || host.node === undefined) return false
    return host.node.table.identity(SELF).tag === identity.tag
  }

  /** Since when it is not there any more, as far as a message of it could tell. */
  gone(instance: Instance): Millis | null {
    return instance.endedAt ?? (this.lives(instance) ? null : instance.lastAt)
  }

  changed({ host, change, now }: Turn): void {
    if (change.row !== SELF || change.after === null) return
    const { identity, standing } = change.after
    const instance = this.of(identity.tag)
    if (instance?.host !== host) return
    if (standing === 'left' || standing === 'down') instance.endedAt ??= now
  }

  stepped({ host, node, now }: Sight): void {
    const { table } = node
    const identity = table.identity(SELF)
    const latest = this.latest[host.index]
    const held = latest?.identity === identity ? latest : this.of(identity.tag)
    // A generation that was never stored was never spoken: the next life may take it.
    const instance = held?.life === host.life ? held : this.born(identity, host, now)
    this.latest[host.index] = instance
    instance.lastAt = now
    instance.incarnation = Math.max(instance.incarnation, table.incarnation(SELF))
    const facts = table.facts(SELF)
    if (facts === instance.facts) return
    instance.facts = facts
    instance.version = Math.max(instance.version, table.version(SELF))
    for (const fact of facts) instance.published.set(fact.version, fact)
  }

  private born(identity: Identity, host: VirtualHost, now: Millis): Instance {
    const instance: Instance = {
      identity,
      host,
      life: host.life,
      incarnation: 0,
      version: 0,
      facts: noFacts,
      published: new Map(),
      lastAt: now,
      endedAt: null,
    }
    this.instances.set(identity.tag, instance)
    return instance
  }
}
