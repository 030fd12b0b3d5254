/** `--wait`: a change is waited for until the ring has settled, or nothing can come of it. */
import { expect, test } from '@jest/globals'
import { run } from '../../src/cli/run.js'
import { settled } from '../../src/cli/settling.js'
import { FakeWorld, json, withServer } from './fake-world.js'

interface Look {
  readonly epoch: number
  readonly agreed?: boolean
  readonly stage?: 'prepare' | 'read-new'
  readonly intent?: string
}

const WHAT = 'leave n1'

function movesOf({ epoch, stage, intent }: Look) {
  const move = { id: 'm1', what: WHAT, stage, since: epoch, share: 1, waitsFor: `n2 at ${epoch}` }
  const intents = intent === undefined ? [] : [{ id: 'i1', why: intent }]
  return { epoch, frozen: false, moves: stage === undefined ? [] : [move], intents }
}

function clusterOf({ epoch, agreed = true }: Look) {
  const numbers = { epoch, agreed, features: 1, generation: 0, members: 2 }
  const lists = { versions: [], voters: [], banned: [], keyspaces: [], unreachable: [] }
  return { cluster: 'demo', clusterId: 'c', why: [`epoch ${epoch}`], ...numbers, ...lists }
}

/** An agent that shows one look after the other, the last for ever, or ends behind it. */
async function waitFor(leaves: boolean, looks: readonly Look[], ends = false) {
  const world = new FakeWorld()
  let seen = -1
  let text = ''
  await withServer(
    (request, response) => {
      if (request.url === '/v1/moves') seen++
      const look = looks[Math.min(seen, looks.length - 1)] ?? { epoch: 0 }
      if (ends && seen >= looks.length) request.socket.destroy()
      else json(response, request.url === '/v1/moves' ? movesOf(look) : clusterOf(look))
    },
    async (address) => {
      const waiting = settled(`http://${address}`, { before: 4, leaves }, world, 1)
      text = await waiting.then(({ why }) => why.join(), String)
    },
  )
  return { text, said: world.err.text }
}

test('it returns when nothing is under way and all hold the new record', async () => {
  const looks: Look[] = [
    { epoch: 4 },
    { epoch: 4, intent: 'waits for its turn' },
    { epoch: 5, stage: 'prepare' },
    { epoch: 5, stage: 'prepare' },
    { epoch: 6, agreed: false },
    { epoch: 6 },
  ]
  expect(await waitFor(false, looks)).toEqual({
    text: 'epoch 6',
    said:
      'intent i1: waits for its turn\nleave n1, prepare: n2 at 5\n' +
      'not everybody holds the new record yet\n',
  })
})

test('it gives up, and fails, where no record comes and none is intended', async () => {
  const { text } = await waitFor(false, [{ epoch: 4 }])
  expect(text).toMatch(/^CommandFailure: Nothing came of it: the ring stays .* at epoch 4/)
})

test.each([
  ['in its last stage', { epoch: 6, stage: 'read-new' }],
  ['behind it', { epoch: 6, agreed: false }],
] as const)('an agent that leaves, and ends %s, is what was waited for', async (_, last) => {
  const { text } = await waitFor(true, [{ epoch: 4, intent: 'soon' }, last], true)
  expect(text).toBe('the agent that was asked has left, and ended')
})

test.each([
  ['while others copy what it has', true, { epoch: 5, stage: 'prepare' }],
  ['before anything came of it', true, { epoch: 4, intent: 'soon' }],
  ['when another change was asked for', false, { epoch: 6, stage: 'read-new' }],
] as const)('an agent that ends %s is a failure', async (_, leaves, last) => {
  const { text } = await waitFor(leaves, [{ epoch: 4 }, last], true)
  expect(text).toMatch(/^CommandFailure: No agent answers at/)
})

test('what is only tried is not waited for', async () => {
  const world = new FakeWorld()
  expect(await run(['keyspace', 'drop', 'shop', '--dry-run', '--wait'], world)).toBe(2)
  expect(world.err.text).toMatch(/'--wait' cannot be used with option '--dry-run'/)
})
