/** What a process does until it is killed: writes generations, says each one that is stored. */
import { openDataDirectory } from '../../src/agent/data-directory.js'
import { Store } from '../../src/agent/store.js'
import { writeWitness } from '../../src/agent/witness.js'
import { keys, nodeBytes, numberBytes } from '../../src/gossip/durable.js'

export async function writeForever(directory: string, hostId: string): Promise<void> {
  const { database, stored, restored } = await openDataDirectory(directory, 'blue')
  let generation = restored?.generation ?? 0
  const store = new Store(database, stored, (ticket, ok) => {
    if (ok && ticket > 0) process.stdout.write(`${ticket}\n`)
  })
  store.persist(0, keys.node, nodeBytes('blue', hostId))
  for (;;) {
    generation++
    store.persist(generation, keys.generation, numberBytes(generation))
    store.persist(0, `x/${generation % 50}`, Buffer.alloc((generation * 37) % 5000, generation))
    await store.flush()
    if (generation % 10 === 0)
      await writeWitness(directory, { cluster: 'blue', hostId, generation, keepsRows: false })
  }
}
