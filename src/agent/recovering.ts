/**
 * A recovery on disk, while the agent is stopped: its record is read, and another one put in its
 * place together with all that belonged to the old cluster's life.
 */
import { ringKeys } from '../cluster/durable-ring.js'
import type { Sealed } from '../cluster/record/record-bytes.js'
import type { HostId } from '../gossip/identity.js'
import { openDataDirectory } from './data-directory.js'
import { OperatorError } from './failure.js'
import { Store } from './store.js'
import { readWitness } from './witness.js'

export interface StoppedNode {
  readonly hostId: HostId
  readonly record: Sealed
  /** Resolves when the record is on the disk. @throws {OperatorError} when it cannot be written */
  replace(record: Sealed): Promise<void>
  close(): Promise<void>
}

/** @throws {OperatorError} when the agent runs, or its directory holds no record of a ring */
export async function openStopped(directory: string): Promise<StoppedNode> {
  const witness = await readWitness(directory)
  if (witness === undefined) throw noNode(directory)
  const opened = await openDataDirectory(directory, witness.cluster)
  const { record } = opened.restoredRing
  if (record === null || opened.restored === null) {
    await opened.database.close()
    throw noNode(directory)
  }
  let failed = false
  const store = new Store(opened.database, opened.stored, (_, ok) => void (failed ||= !ok))
  return {
    hostId: opened.restored.hostId,
    record,
    close: () => store.close(),
    replace: async (next) => {
      store.persist(1, ringKeys.record, next.bytes)
      for (const key of [ringKeys.intents, ringKeys.copied, ringKeys.pledge, ringKeys.seen])
        store.persist(2, key, null)
      await store.flush()
      if (failed) throw unwritten(directory, store.lastFailure)
    },
  }
}

function noNode(directory: string): OperatorError {
  return new OperatorError(
    'recover.none',
    `The data directory ${directory} holds no record of a ring.`,
    'Name the directory of an agent that was a member.',
  )
}

function unwritten(directory: string, cause: unknown): OperatorError {
  return new OperatorError(
    'data.unwritable',
    `The record could not be written to ${directory}; it is as it was.`,
    'Make room there, and try again.',
    cause,
  )
}
