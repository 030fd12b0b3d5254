/** A store that fails while a copy waits for its source: an outcome of the copy, never a crash. */
import { expect, test } from '@jest/globals'
import { setImmediate as turn } from 'node:timers/promises'
import { packed } from '../../../src/agent/data/copy-bytes.js'
import { CopyJournal } from '../../../src/agent/data/copy-journal.js'
import { copySpan } from '../../../src/agent/data/span-copy.js'
import { MemoryStorage } from '../../../src/cluster/data/memory-storage.js'
import { Merging } from '../../../src/cluster/data/merging.js'
import type { Piece, Rpc } from '../../../src/cluster/data/rpc.js'
import { StorageError } from '../../../src/cluster/data/storage.js'
import { MemoryWal, row } from './rig.js'

const SILENT_TURNS = 20

class Full extends MemoryStorage {
  override write(): Promise<void> {
    return Promise.reject(new StorageError('full', 'There is no room left.', 'Free some.'))
  }
}

/** A source that gives one batch and is then silent for some turns of the event loop. */
const source: Rpc = {
  serve: () => undefined,
  ask: () => Promise.reject(new Error('nothing is asked')),
  close: () => Promise.resolve(),
  async *open(): AsyncIterable<Piece> {
    const entry = row('key', 1, 'value')
    yield { position: entry.key, bytes: packed([entry]) }
    for (let left = SILENT_TURNS; left > 0; left--) await turn()
  },
}

test('a write that is refused while the source is silent is told once it is done', async () => {
  const unheard: unknown[] = []
  const hear = (error: unknown): unknown => unheard.push(error)
  process.on('unhandledRejection', hear)
  const storage = new Full()
  const parts = {
    ...{ storage, merging: new Merging(storage), rpc: source, paces: [] },
    ...{ journal: await CopyJournal.open(new MemoryWal()), onRows: () => undefined },
  }
  const span = { from: new Uint8Array(), to: null }
  const request = { of: 'c', move: 'm1', epoch: 5, ...span }
  const copied = copySpan('c', request, { move: 'm1', part: 'all', source: 'c' }, parts)
  await expect(copied).rejects.toMatchObject({ trouble: 'full' })
  expect(unheard).toEqual([])
  process.off('unhandledRejection', hear)
})
