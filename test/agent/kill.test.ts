/**
 * kill -9 while a process writes its data directory: whatever moment it hits, the directory opens
 * and has it all.
 */
import { expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { openDataDirectory } from '../../src/agent/data-directory.js'
import type { writeForever } from './write-forever.js'

const HOST = '01234567-89ab-4cde-8f01-23456789abcd'
const program = pathToFileURL(join(process.cwd(), 'test/agent/write-forever.ts')).href

/** Lets it write for so long, kills it, and gives the last generation that it said was stored. */
async function writeAndDie(directory: string, millis: number): Promise<number> {
  const given: Parameters<typeof writeForever> = [directory, HOST]
  const call = `await writeForever(...${JSON.stringify(given)})`
  const code = `import { writeForever } from '${program}'\n${call}`
  const options = ['--import', 'tsx', '--input-type=module', '--eval', code]
  const child = spawn(process.execPath, options)
  const exited = once(child, 'exit')
  let said = ''
  let complaint = ''
  child.stderr.on('data', (piece: Buffer) => (complaint += piece.toString()))
  child.stdout.on('data', (piece: Buffer) => (said += piece.toString()))
  await Promise.race([once(child.stdout, 'data'), exited])
  await sleep(millis)
  child.kill('SIGKILL')
  await exited
  expect(complaint).toBe('')
  // The last line may be cut short by the kill.
  return Number(said.split('\n').at(-2))
}

test('a directory opens after kill -9 at any moment, with all that was promised', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'murmur-kill-'))
  try {
    for (const millis of [0, 1, 7, 23, 61, 140]) {
      const promised = await writeAndDie(directory, millis)
      expect(promised).toBeGreaterThan(0)
      const { restored, database } = await openDataDirectory(directory, 'blue')
      await database.close()
      expect(restored?.hostId).toBe(HOST)
      expect(restored?.generation).toBeGreaterThanOrEqual(promised)
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
