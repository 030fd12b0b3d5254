/** What a process does until it is killed or finds no room: says each batch that is on the disk. */
import { LevelStorage } from '../../../src/agent/data/level-storage.js'
import { batchesForever } from '../../../src/cluster/contract/storage-contract.js'
import { StorageError } from '../../../src/cluster/data/storage.js'

export async function writeBatches(directory: string): Promise<void> {
  const storage = await LevelStorage.open(directory, { reserve: 0 })
  let next = 1
  for (let full = 0; full < 3;) {
    try {
      for await (const number of batchesForever(storage, next)) {
        process.stdout.write(`${number}\n`)
        next = number + 1
      }
    } catch (error) {
      if (!(error instanceof StorageError) || error.trouble !== 'full') throw error
      process.stdout.write('full\n')
      full++
    }
  }
}
