/** What a process does until it is killed: copies a range from a source, says when all is here. */
import { connect } from 'node:net'
import { join } from 'node:path'
import { CopyJournal } from '../../../src/agent/data/copy-journal.js'
import { LevelStorage } from '../../../src/agent/data/level-storage.js'
import { LevelWal } from '../../../src/agent/data/level-wal.js'
import { Pace } from '../../../src/agent/data/pace.js'
import { copySpan } from '../../../src/agent/data/span-copy.js'
import { TcpRpc } from '../../../src/agent/data/tcp-rpc.js'
import { Merging } from '../../../src/cluster/data/merging.js'
import { spanOfKeyspace } from '../../../src/cluster/data/row.js'

/** @param rate bytes a second */
export async function copyAndDie(
  directory: string,
  source: string,
  move: string,
  rate: number,
): Promise<void> {
  const storage = await LevelStorage.open(join(directory, 'rows'), { reserve: 0 })
  const wal = await LevelWal.open(join(directory, 'copies'), { reserve: 0 })
  const rpc = new TcpRpc({
    introduce: () => ({ cluster: 'blue', clusterId: '', address: '127.0.0.1:1' }),
    dial: (to) => connect({ host: '127.0.0.1', port: Number(to.split(':')[1]) }),
  })
  let bytes = 0
  const parts = {
    ...{ storage, merging: new Merging(storage), rpc, paces: [new Pace(rate)] },
    journal: await CopyJournal.open(wal),
    onRows: (size: number): void => {
      bytes += size
      process.stdout.write('.')
    },
  }
  const leg = { move, part: 'all', source: 'c' }
  await copySpan(source, { of: 'c', move, epoch: 5, ...spanOfKeyspace('shop') }, leg, parts)
  await rpc.close()
  await storage.close()
  await wal.close()
  process.stdout.write(`\n${bytes}\n`)
}
