/** `murmur kv import` against an agent that is played. */
import { afterAll, expect, test } from '@jest/globals'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../src/cli/run.js'
import { FakeWorld, withServer } from './fake-world.js'

const folder = mkdtempSync(join(tmpdir(), 'murmur-kv-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('an import outlives a connection that breaks: its rows are written again', async () => {
  const asked: string[] = []
  const file = join(folder, 'rows.csv')
  writeFileSync(file, 'a,1\n')
  const row = { keyspace: 'shop', key: 'a', level: 'QUORUM', stamp: '1.0@a', seen: '1.0' }
  const answer = JSON.stringify({ results: [{ ...row, missed: [] }] })
  const world = new FakeWorld()
  await withServer(
    (request, response) => {
      request.on('data', (piece) => asked.push(String(piece)))
      request.on('end', () => {
        if (asked.length === 2) request.socket.destroy()
        else response.end(answer)
      })
    },
    async (api) => {
      expect(await run(['kv', 'import', 'shop', file, '--api', api], world)).toBe(0)
    },
  )
  expect(world.out.text).toBe('1 of 1 rows written.\n')
  const put = JSON.stringify({ put: [['a', '1']] })
  expect(asked).toEqual([JSON.stringify({ get: ['a'] }), put, put])
})

test('a write hands on the latest stamp that its client saw', async () => {
  const asked: string[] = []
  const row = { keyspace: 'shop', key: 'a', level: 'QUORUM', stamp: '1.0@a', seen: '1.0' }
  await withServer(
    (request, response) => {
      asked.push(request.url ?? '')
      response.end(JSON.stringify({ ...row, missed: [] }))
    },
    async (api) => {
      const words = ['kv', 'put', 'shop', 'a', '1', '--seen', '7.1', '--api', api]
      expect(await run(words, new FakeWorld())).toBe(0)
    },
  )
  expect(asked).toEqual(['/v1/kv/shop/a?level=QUORUM&seen=7.1'])
})
