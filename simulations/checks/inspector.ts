/** Calls the checkers of a world: what happened goes to each that has a hook for it, in order. */
import type { Millis } from '../../src/base/machine.js'
import { settingsFor } from '../../src/gossip/settings.js'
import type { VirtualHost } from '../host.js'
import type { Scenario } from '../scenario.js'
import type { World } from '../world.js'
import type { Check, Violation } from './check.js'
import type { Ground } from './ground.js'
import { Truth } from './truth.js'

/** Violations kept of one run: the first says all, the rest are its consequences. */
const VIOLATIONS_MAX = 50

export class Inspector {
  /** Bounded: VIOLATIONS_MAX. */
  readonly violations: Violation[] = []
  private readonly world: World
  private readonly checks: readonly Check[] // bounded by the properties there are
  private readonly began: readonly Hooked<'began'>[] // bounded likewise, as the next
  private readonly changed: readonly Hooked<'changed'>[] // bounded likewise
  private readonly stepped: readonly Hooked<'stepped'>[] // bounded likewise
  /** The life in which each host was seen last, by its number; bounded by the hosts. */
  private readonly lives: number[] = []

  /** @param makers of the checkers, from what each is given */
  constructor(
    world: World,
    scenario: Scenario,
    cluster: string,
    makers: readonly ((ground: Ground) => Check)[],
  ) {
    this.world = world
    const { profile, ...changes } = scenario.settings
    const common = { scenario, settings: settingsFor(profile, changes), cluster }
    const truth = new Truth()
    const made = makers.map((make) => {
      const say = (host: VirtualHost, what: string): void => this.note(check, host, what)
      const check: Check = make({ ...common, truth, say })
      return check
    })
    this.checks = [truth, ...made]
    this.began = this.checks.filter(hooked('began'))
    this.changed = this.checks.filter(hooked('changed'))
    this.stepped = this.checks.filter(hooked('stepped'))
    this.listen()
  }

  /** The calm is over: what must hold by now? */
  end(): void {
    const { hosts, now } = this.world
    for (const check of this.checks) check.ended?.(hosts, now)
  }

  private listen(): void {
    const { world } = this
    const sent = this.checks.filter(hooked('sent'))
    const told = this.checks.filter(hooked('told'))
    world.onStep = (host) => this.step(host)
    world.network.onSent = (message) => {
      for (const check of sent) check.sent(message)
    }
    world.onTold = ({ at, by, event }) => {
      const host = world.host(by)
      for (const check of told) check.told(event, host, at)
    }
  }

  private step(host: VirtualHost): void {
    const { node } = host
    if (node === undefined) return
    const { now } = this.world
    const sight = { host, node, now }
    if (this.lives[host.index] !== host.life) {
      this.lives[host.index] = host.life
      node.table.keepChanges()
      for (const check of this.began) check.began(sight)
    }
    for (const change of node.table.takeChanges()) {
      const turn = { host, change, now }
      for (const check of this.changed) check.changed(turn)
    }
    for (const check of this.stepped) check.stepped(sight)
  }

  private note(check: Check, host: VirtualHost, what: string): void {
    if (this.violations.length >= VIOLATIONS_MAX) return
    const at: Millis = Math.round(this.world.now)
    this.violations.push({ at, check: check.name, host: host.name, what })
  }
}

type Hooked<K extends keyof Check> = Check & Required<Pick<Check, K>>

function hooked<K extends keyof Check>(hook: K): (check: Check) => check is Hooked<K> {
  return (check): check is Hooked<K> => check[hook] !== undefined
}
