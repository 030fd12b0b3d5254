/** How far copies are is worth a restart, and never a refusal to start. */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCopyLog } from '../../../src/agent/data/copy-log.js'
import { LevelWal } from '../../../src/agent/data/level-wal.js'

const leg = { move: 'm1', part: 'shop (0, 1] 0', source: 'c' }

let directory = ''
/** What was said; bounded by one test. */
let warnings: string[] = []

const open = () => openCopyLog(directory, 0, (text) => warnings.push(text))

beforeEach(async () => {
  warnings = []
  directory = join(await mkdtemp(join(tmpdir(), 'murmur-copies-')), 'copies')
  const { wal, journal } = await open()
  await journal.note(leg, { kind: 'end' })
  await wal.close()
})

afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }))

test('it is there after a restart', async () => {
  const { wal, journal } = await open()
  expect(journal.reached(leg)).toEqual({ kind: 'end' })
  expect(warnings).toEqual([])
  await wal.close()
})

test('one whose files are damaged is thrown away, with a word', async () => {
  await rm(join(directory, 'CURRENT'))
  const { wal, journal } = await open()
  expect(warnings).toEqual([
    expect.stringMatching(/copies is damaged: CURRENT .* they begin anew\.$/),
  ])
  expect(journal.reached(leg)).toBeUndefined()
  await journal.note(leg, { kind: 'end' })
  expect(journal.reached(leg)).toEqual({ kind: 'end' })
  await wal.close()
})

test('one that another process has is not', async () => {
  const held = await LevelWal.open(directory)
  await expect(open()).rejects.toMatchObject({ trouble: 'locked' })
  await held.close()
  expect(warnings).toEqual([])
})
