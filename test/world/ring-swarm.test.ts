/**
 * A swarm over the ring: many seeds, each a run of operators who ask for changes while nodes crash,
 * stall, lose or restore their disks and the network parts. What must never be is looked for at
 * every new record; after a calm, all who can agree do. MURMUR_RING_SEEDS=1000 runs more of them.
 */
import { expect, test } from '@jest/globals'
import { Random } from '../../src/base/random.js'
import type { Wish } from '../../src/cluster/intent.js'
import { network } from '../../src/ring/replication.js'
import type { VirtualHost } from '../../simulations/host.js'
import { World } from '../../simulations/world.js'
import { tales } from './story.js'
import { epochOf, heal, intend, joiner, part } from './ring-story.js'
import { RingWatch } from './ring-watch.js'

const TROUBLE = 60_000
const HOSTS_MAX = 9

interface Run {
  readonly world: World
  readonly random: Random
  readonly watch: RingWatch
}

function strike({ world, random, watch }: Run): void {
  const host = random.pick(world.hosts)
  const what = random.int(12)
  if (host.node === undefined) {
    watch.count('restarts')
    return void world.start(host, world.seedsOf(host))
  }
  if (what === 0 && world.hosts.length < HOSTS_MAX) joiner(world, `n${world.hosts.length + 1}`)
  else if (what === 1) part(world, random.sample(world.hosts, 1 + random.int(world.hosts.length)))
  else if (what === 2) heal(world)
  else if (what === 3 || what === 4) world.crash(host)
  else if (what === 5) world.stall(host, random.between(500, 6000))
  else {
    watch.count('wishes')
    intend(world, host, drawWish(random, world, host))
  }
}

function drawWish(random: Random, world: World, host: VirtualHost): Wish {
  const target = random.pick(world.hosts).hostId
  switch (random.int(7)) {
    case 0:
      return { kind: 'create', name: `k${random.int(3)}`, replication: network({ dc1: 2 }) }
    case 1:
      return { kind: 'drop', name: `k${random.int(3)}` }
    case 2:
      return { kind: 'leave', hostId: target, force: random.int(2) === 0 }
    case 3:
    case 4:
      return { kind: 'remove', hostIds: [target], loseData: random.int(2) === 0 }
    case 5:
      return { kind: 'rebalance', bar: 1010 }
    default: {
      const [move] = host.node?.record?.record.moves ?? []
      return { kind: 'cancel', move: move?.id ?? 'none' }
    }
  }
}

function run(seed: number): RingWatch {
  const random = Random.from(seed).fork('ring swarm')
  const expected = 3 + random.int(3)
  const world = new World({ seed, expect: expected, keepsData: true, tokens: 4 })
  const watch = new RingWatch(() => world.hosts)
  world.onStep = (host) => watch.look(host)
  // Copies take a while; a node that crashed meanwhile is asked again.
  const settled = world.onTold
  world.onTold = (told) => {
    settled(told)
    if (told.event.kind !== 'ring.copy') return
    const { move } = told.event
    const host = world.host(told.by)
    const { life } = host
    world.after(random.between(10, 5000), () => {
      if (host.life === life) world.tell(host, { kind: 'copied', move })
    })
  }
  world.boot(expected)
  world.until(() => world.hosts.every((host) => epochOf(host) > 0), 15_000)
  while (world.now < TROUBLE) {
    strike({ world, random, watch })
    world.run(random.between(100, 3000))
  }
  heal(world)
  for (const host of world.hosts)
    if (host.node === undefined) world.start(host, world.seedsOf(host))
  const took = world.until(() => agree(world), 120_000, 500)
  if (took === undefined) watch.broken.push(`no agreement: ${standing(world)}`)
  for (const kind of ['ring.lost', 'ring.frozen', 'ring.laggards', 'ring.conflict'] as const)
    tales(world, kind).forEach(() => watch.count(kind))
  if (tales(world, 'ring.conflict').length > 0) watch.broken.push('a conflict was told')
  return watch
}

/** All who live hold one record, and nothing is under way in it. */
function agree(world: World): boolean {
  const records = world.live.flatMap(({ node }) => node?.record ?? [])
  const digests = new Set(records.map(({ digest }) => digest))
  const whole = records.length === world.live.length && digests.size <= 1
  return whole && (records[0]?.record.moves.length ?? 0) === 0
}

function standing(world: World): string {
  return world.live
    .map((host) => {
      const holds = host.node?.ringView().holds.map(({ why }) => why) ?? []
      return `${host.name} ${epochOf(host)} ${[...new Set(holds)].join(', ')}`
    })
    .join('; ')
}

test('the chain holds through trouble', () => {
  const count = Number(process.env['MURMUR_RING_SEEDS'] ?? 6)
  const first = Number(process.env['MURMUR_RING_FIRST'] ?? 1)
  const totals = new Map<string, number>()
  for (let seed = first; seed < first + count; seed++) {
    const { broken, counts } = run(seed)
    if (broken.length > 0)
      throw new Error(`MURMUR_RING_FIRST=${seed} MURMUR_RING_SEEDS=1: ${broken.join('\n')}`)
    for (const [what, n] of counts) totals.set(what, (totals.get(what) ?? 0) + n)
  }
  if (count > 20) console.log([...totals].sort().join('\n'))
  for (const what of ['wishes', 'restarts', 'join prepare', 'join read-new', 'ended from read-new'])
    expect([what, (totals.get(what) ?? 0) > 0]).toEqual([what, true])
})
