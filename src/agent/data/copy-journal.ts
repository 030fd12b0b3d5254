/**
 * How far the copies of this node are, in a log: a movement goes on where it was after a crash of
 * either side. What is written here lags behind what is in the store, never the other way round:
 * rows that are copied twice merge to the same.
 */
import { Reader, Writer } from '../../base/bytes.js'
import { KEY_BYTES } from '../../cluster/data/storage.js'
import type { Wal } from '../../cluster/data/wal.js'

/** Names a span of a task of a movement, and from whom it is copied. */
export interface Leg {
  readonly move: string
  /** Keyspace and range, as text, and which of its spans. */
  readonly part: string
  readonly source: string
}

/** Up to which key a leg is copied; all of it. */
export type Reached = { readonly kind: 'key'; readonly key: Uint8Array } | { readonly kind: 'end' }

type Note =
  | { readonly kind: 'reached'; readonly leg: Leg; readonly reached: Reached }
  | { readonly kind: 'over'; readonly move: string }

/** Notes kept in the log beyond which those of movements that are over are left behind. */
const NOTES = 10_000
const NAME_BYTES = 256

export class CopyJournal {
  private readonly wal: Wal
  /** By movement, then by leg; bounded by the movements of the record and their ranges. */
  private readonly moves = new Map<string, Map<string, { leg: Leg; reached: Reached }>>()

  private constructor(wal: Wal) {
    this.wal = wal
  }

  static async open(wal: Wal): Promise<CopyJournal> {
    const journal = new CopyJournal(wal)
    for await (const { record } of wal.read(wal.first)) {
      const note = readNote(record)
      if (note !== undefined) journal.apply(note)
    }
    return journal
  }

  reached(leg: Leg): Reached | undefined {
    return this.moves.get(leg.move)?.get(nameOf(leg))?.reached
  }

  /** Durable when it resolves. */
  async note(leg: Leg, reached: Reached): Promise<void> {
    await this.write({ kind: 'reached', leg, reached })
  }

  /** Movements that are over are forgotten. @param isUnderWay those that are not */
  async settle(isUnderWay: (move: string) => boolean): Promise<void> {
    for (const move of [...this.moves.keys()])
      if (!isUnderWay(move)) await this.write({ kind: 'over', move })
    if (this.moves.size === 0) await this.wal.trim(this.wal.next)
    else if (this.wal.next - this.wal.first > NOTES) await this.rewrite()
  }

  private async rewrite(): Promise<void> {
    const notes = [...this.moves.values()].flatMap((legs) =>
      [...legs.values()].map((each) => noteBytes({ kind: 'reached', ...each })),
    )
    const first = await this.wal.append(notes)
    await this.wal.trim(first)
  }

  private async write(note: Note): Promise<void> {
    await this.wal.append([noteBytes(note)])
    this.apply(note)
  }

  private apply(note: Note): void {
    if (note.kind === 'over') {
      this.moves.delete(note.move)
      return
    }
    const { leg, reached } = note
    const legs = this.moves.get(leg.move) ?? new Map<string, { leg: Leg; reached: Reached }>()
    this.moves.set(leg.move, legs.set(nameOf(leg), { leg, reached }))
  }
}

function nameOf({ part, source }: Leg): string {
  return `${part} ${source}`
}

function noteBytes(note: Note): Uint8Array {
  const out = new Writer(4 * NAME_BYTES + KEY_BYTES)
  if (note.kind === 'over') {
    out.u8(0)
    out.text(note.move)
    return out.take()
  }
  const { leg, reached } = note
  out.u8(reached.kind === 'end' ? 1 : 2)
  for (const name of [leg.move, leg.part, leg.source]) out.text(name)
  if (reached.kind === 'key') out.raw(reached.key)
  return out.take()
}

/** undefined for what a later version may have written. */
function readNote(bytes: Uint8Array): Note | undefined {
  const from = new Reader(bytes)
  const kind = from.u8()
  const move = from.text(NAME_BYTES)
  if (kind === 0) return from.failed ? undefined : { kind: 'over', move }
  const leg = { move, part: from.text(NAME_BYTES), source: from.text(NAME_BYTES) }
  if (from.failed || kind > 2) return undefined
  if (kind === 1) return { kind: 'reached', leg, reached: { kind: 'end' } }
  return { kind: 'reached', leg, reached: { kind: 'key', key: from.raw(from.left) } }
}
