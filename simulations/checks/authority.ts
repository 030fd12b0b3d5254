/**
 * Nobody knows more of a node than it said itself: no instance that never lived, no incarnation or
 * version that it never had, no fact that it never published, and up to the version known no fact
 * missing.
 */
import type { Fact } from '../../src/gossip/fact-set.js'
import type { Identity } from '../../src/gossip/identity.js'
import { SELF } from '../../src/gossip/members.js'
import type { Stood } from '../../src/gossip/table.js'
import type { VirtualHost } from '../host.js'
import { told, type Check, type Turn } from './check.js'
import type { Ground } from './ground.js'
import type { Instance } from './truth.js'

export class Authority implements Check {
  readonly name = 'authority'
  private readonly ground: Ground

  constructor(ground: Ground) {
    this.ground = ground
  }

  changed({ host, change: { row, before, after } }: Turn): void {
    if (row === SELF || after === null) return
    const instance = this.ground.truth.of(after.identity.tag)
    if (instance === undefined) return this.ground.say(host, `believes in ${told(after)}`)
    if (before?.identity !== after.identity) this.sameIdentity(host, after.identity, instance)
    if (after.incarnation > instance.incarnation || after.version > instance.version) {
      const { incarnation, version } = instance
      const own = `incarnation ${incarnation}, version ${version}`
      this.ground.say(host, `believes ${told(after)}, which knows itself as ${own}`)
    }
    if (before?.version !== after.version) this.sameFacts(host, row, after, instance)
  }

  private sameIdentity(host: VirtualHost, held: Identity, { identity }: Instance): void {
    const same =
      held.hostId === identity.hostId &&
      held.address === identity.address &&
      held.name === identity.name &&
      held.dc === identity.dc &&
      held.rack === identity.rack &&
      held.tokenDigest === identity.tokenDigest
    if (!same) this.ground.say(host, `holds ${identity.name} for ${held.name} at ${held.address}`)
  }

  private sameFacts(host: VirtualHost, row: number, after: Stood, instance: Instance): void {
    const held = host.node?.table.facts(row) ?? []
    for (const fact of held) {
      if (!equal(instance.published.get(fact.version), fact))
        this.ground.say(host, `holds ${fact.key} of ${instance.identity.name}, never published so`)
    }
    for (const fact of instance.facts) {
      if (fact.version > after.version || held.some((other) => equal(other, fact))) continue
      const where = `at version ${after.version} of ${instance.identity.name}`
      this.ground.say(host, `lacks ${fact.key} (version ${fact.version}) ${where}`)
    }
  }
}

function equal(a: Fact | undefined, b: Fact): boolean {
  if (a?.version !== b.version || a.key !== b.key) return false
  if (a.value === null || b.value === null) return a.value === b.value
  const other = b.value
  return a.value.length === other.length && a.value.every((byte, i) => byte === other[i])
}
