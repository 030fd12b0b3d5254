/** The contract of a store on the sorted array that stands in for one; and that it has teeth. */
import { describe, expect, test } from '@jest/globals'
import type { Case } from '../../../src/cluster/contract/case.js'
import { storageContract } from '../../../src/cluster/contract/storage-contract.js'
import { MemoryStorage } from '../../../src/cluster/data/memory-storage.js'
import type { Change, Digest, Entry, Span, Storage } from '../../../src/cluster/data/storage.js'

function casesOn(made: () => Storage): readonly Case[] {
  return storageContract(() => {
    const subject = made()
    return Promise.resolve({ subject, end: () => subject.close() })
  })
}

describe('a store in memory', () => {
  for (const { name, run } of casesOn(() => new MemoryStorage())) test(name, run)
})

/** The cases that a store fails. */
async function failedBy(made: () => Storage): Promise<string[]> {
  const failed: string[] = []
  for (const { name, run } of casesOn(made)) await run().catch(() => failed.push(name))
  return failed
}

/** Right but for one planted fault. */
const faults: Record<string, () => Storage> = {
  'scans what is written meanwhile': () =>
    new (class extends MemoryStorage {
      override async *scan(span: Span): AsyncIterable<readonly Entry[]> {
        let from = span.from
        for (;;) {
          let found: Entry | undefined
          for await (const [entry] of super.scan({ ...span, from })) {
            found = entry
            break
          }
          if (found === undefined) return
          yield [found]
          from = Uint8Array.of(...found.key, 0)
        }
      }
    })(),
  'gives everything in one batch': () =>
    new (class extends MemoryStorage {
      override async *scan(span: Span): AsyncIterable<readonly Entry[]> {
        const all: Entry[] = []
        for await (const batch of super.scan(span)) all.push(...batch)
        yield all
      }
    })(),
  'takes the first of changes to one key': () =>
    new (class extends MemoryStorage {
      override write(changes: readonly Change[]): Promise<void> {
        return super.write([...changes].reverse())
      }
    })(),
  'includes the end of a span': () =>
    new (class extends MemoryStorage {
      override drop({ from, to }: Span): Promise<void> {
        return super.drop({ from, to: to && Uint8Array.of(...to, 0) })
      }
    })(),
  'forgets lengths in its digest': () =>
    new (class extends MemoryStorage {
      override async digest(span: Span): Promise<Digest> {
        return { ...(await super.digest(span)), hash: '' }
      }
    })(),
  'goes on after its end': () =>
    new (class extends MemoryStorage {
      override close(): Promise<void> {
        return Promise.resolve()
      }
    })(),
}

describe('the contract fails a store that', () => {
  for (const [fault, made] of Object.entries(faults))
    test(fault, async () => expect((await failedBy(made)).length).toBeGreaterThan(0))
})
