/** Entries in bounded portions. */
import { SCAN_BYTES, type Entry } from './storage.js'

/** Cut so that no batch has more than SCAN_BYTES unless it is one entry; none is empty. */
export function* batchesOf(entries: readonly Entry[]): Generator<Entry[]> {
  let batch: Entry[] = []
  let size = 0
  for (const entry of entries) {
    const more = entry.key.length + entry.value.length
    if (batch.length > 0 && size + more > SCAN_BYTES) {
      yield batch
      batch = []
      size = 0
    }
    batch.push(entry)
    size += more
  }
  if (batch.length > 0) yield batch
}
