/**
 * Two agents inside one program: they find each other over loopback, say so, publish nothing, and
 * leave. Run it with `npx tsx examples/embed.ts`; in a project of yours import from
 * 'murmuration-cluster' instead of '../src/index.js'.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configurationOf, runAgent, type Agent, type Announcement } from '../src/index.js'

/** Port 0 takes any free one, and no agent of this program serves HTTP. */
function start(name: string, dataDir: string, seeds: readonly string[]): Promise<Agent> {
  return runAgent(
    configurationOf({ name, dataDir, seeds, cluster: 'embedded', bind: '127.0.0.1:0', api: 'off' }),
  )
}

/** Resolves when `agent` says that event of the node of that name. */
function hears(agent: Agent, event: string, node: string): Promise<Announcement> {
  return new Promise((resolve) => {
    const unsubscribe = agent.subscribe((said) => {
      if (said.event !== event || said.node !== node) return
      unsubscribe()
      resolve(said)
    })
  })
}

function react(agent: Agent): void {
  agent.subscribe(({ event, node, agent: speaker }) => {
    if (event === 'member.up') console.log(`${speaker}: ${node} is up, send it work`)
    if (event === 'member.down') console.log(`${speaker}: ${node} is down, take its work over`)
    if (event === 'member.left') console.log(`${speaker}: ${node} has left`)
  })
}

const folder = await mkdtemp(join(tmpdir(), 'murmur-embed-'))
const ada = await start('ada', join(folder, 'ada'), [])
react(ada)
await ada.ready
const adaHasSettled = hears(ada, 'view.changed', 'ada')
const bob = await start('bob', join(folder, 'bob'), [ada.address])
react(bob)
// Said once the members have been the same for a moment: a good time to act on them.
await Promise.all([adaHasSettled, hears(bob, 'view.changed', 'bob')])
const names = ada.node.status(ada.now()).nodes.map(({ name, liveness }) => `${name} ${liveness}`)
console.log(`ada sees ${names.sort().join(', ')}`)

const bobHasLeft = hears(ada, 'member.left', 'bob')
await bob.stop('leave')
await bobHasLeft
await ada.stop('leave')
await rm(folder, { recursive: true })
