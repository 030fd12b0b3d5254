/** The example that embeds two agents runs as it stands, and says what its page promises. */
import { expect, test } from '@jest/globals'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { loadConfiguration } from '../../src/agent/configuration.js'

const root = new URL('../../', import.meta.url).pathname

test('two agents in one program meet, react and part', async () => {
  const run = promisify(execFile)(process.execPath, ['--import', 'tsx', 'examples/embed.ts'], {
    cwd: root,
    timeout: 25_000,
  })
  const lines = (await run).stdout.trim().split('\n')
  expect([...lines].sort()).toEqual(
    [
      'ada sees ada up, bob up',
      'ada: ada is up, send it work',
      'ada: bob has left',
      'ada: bob is up, send it work',
      'bob: ada is up, send it work',
      'bob: bob is up, send it work',
    ].sort(),
  )
  expect(lines.at(-1)).toBe('ada: bob has left')
  const page = readFileSync(`${root}examples/README.md`, 'utf8')
  for (const line of lines) expect(page).toContain(line)
})

test('the example configuration is valid', async () => {
  const loaded = await loadConfiguration({
    flags: { config: `${root}examples/agent.yaml` },
    env: {},
    readFile: (path) => Promise.resolve(readFileSync(path, 'utf8')),
  })
  expect(loaded).toMatchObject({
    kind: 'settled',
    configuration: { name: 'db1', cluster: 'orders', profile: 'lan' },
  })
})
