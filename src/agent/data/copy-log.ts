/**
 * Opens the log of how far copies are. It holds nothing else, and rows that are copied twice merge
 * to the same: one that is damaged is thrown away, and the copies begin anew.
 */
import { rm } from 'node:fs/promises'
import { StorageError } from '../../cluster/data/storage.js'
import { CopyJournal } from './copy-journal.js'
import { LevelWal } from './level-wal.js'

export interface CopyLog {
  readonly wal: LevelWal
  readonly journal: CopyJournal
}

/** LevelDB keeps two of these in memory; a note is small and rare. */
const WRITE_BUFFER = 65_536

/**
 * @param reserve bytes that must stay free on the disk
 * @param warn is told where it was thrown away
 * @throws {StorageError} locked, full or failed
 */
export async function openCopyLog(
  directory: string,
  reserve: number,
  warn: (text: string) => void,
): Promise<CopyLog> {
  try {
    return await opened(directory, reserve)
  } catch (error) {
    if (!(error instanceof StorageError) || error.trouble !== 'damaged') throw error
    warn(`${error.message} It only says how far copies are: it is deleted, and they begin anew.`)
    await rm(directory, { recursive: true })
    return opened(directory, reserve)
  }
}

async function opened(directory: string, reserve: number): Promise<CopyLog> {
  const wal = await LevelWal.open(directory, { reserve, writeBuffer: WRITE_BUFFER })
  try {
    return { wal, journal: await CopyJournal.open(wal) }
  } catch (error) {
    await wal.close()
    throw error
  }
}
