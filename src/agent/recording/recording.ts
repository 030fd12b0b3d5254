/**
 * Reads one segment of a recording. What is wrong with the file is one sentence for the operator;
 * a file that a crash cut off is a recording like any other, only shorter.
 */
import { inflateSync } from 'node:zlib'
import { Reader } from '../../base/bytes.js'
import type { Node, NodeCommand } from '../../cluster/node.js'
import { nodeFrom } from '../../cluster/node-snapshot.js'
import { OperatorError } from '../failure.js'
import { isNodeCommand } from './node-command.js'
import { FORMAT, hashText, MAGIC, SegmentReader, type Head } from './segment.js'
import { TraceReader, type Trace } from './trace.js'

/** How the steps ended. */
export type End =
  /** The segment is whole; its trace hash as it was recorded. */
  | { readonly kind: 'whole'; readonly hash: string }
  /** The agent ended, or is still writing. */
  | { readonly kind: 'cut' }
  /** From here on the bytes are not those that were written. */
  | { readonly kind: 'damaged' }

export type Next =
  | { readonly kind: 'step'; readonly bytes: Uint8Array; readonly trace: Trace<NodeCommand> }
  | { readonly kind: 'end'; readonly end: End }

export class Recording {
  readonly head: Head
  /** The node as it was when the segment began. */
  readonly node: Node
  private readonly segment: SegmentReader
  private readonly traces = new TraceReader(isNodeCommand)

  private constructor(head: Head, node: Node, segment: SegmentReader) {
    this.head = head
    this.node = node
    this.segment = segment
  }

  /**
   * @param name what the file is called in what is said of it
   * @param release the version of this program
   * @throws {OperatorError} when there is nothing to replay
   */
  static open(bytes: Uint8Array, name: string, release: string): Recording {
    const offset = bodyOffset(bytes, name, release)
    const segment = new SegmentReader(bytes)
    const read = segment.head(offset)
    if (read === 'cut') throw refusal('recording.cut', `${name} ends before its first step`)
    if (read === 'damaged') throw damaged(name)
    const { head, packed } = read
    if (head.release !== release) throw otherVersion(name, head.release, release)
    const node = nodeFrom(inflated(packed, name))
    if (node === undefined) throw otherVersion(name, `another build of ${release}`, release)
    return new Recording(head, node, segment)
  }

  next(): Next {
    const piece = this.segment.next()
    switch (piece.kind) {
      case 'step': {
        const trace = this.traces.read(piece.bytes)
        if (trace === undefined) return { kind: 'end', end: { kind: 'damaged' } }
        return { kind: 'step', bytes: piece.bytes, trace }
      }
      case 'end':
        return { kind: 'end', end: { kind: 'whole', hash: hashText(piece.hash) } }
      case 'cut':
      case 'damaged':
        return { kind: 'end', end: { kind: piece.kind } }
    }
  }
}

/** Where the head goes on behind what every version begins with. */
function bodyOffset(bytes: Uint8Array, name: string, release: string): number {
  if (bytes.length === 0) throw refusal('recording.empty', `${name} is empty`)
  const magic = Buffer.from(MAGIC)
  if (!magic.equals(bytes.subarray(0, magic.length))) {
    if (magic.subarray(0, bytes.length).equals(bytes))
      throw refusal('recording.cut', `${name} ends before its first step`)
    throw refusal('recording.foreign', `${name} is no recording of an agent`)
  }
  const from = new Reader(bytes.subarray(magic.length))
  const format = from.varint()
  if (format !== FORMAT) throw otherVersion(name, `a program that writes format ${format}`, release)
  return bytes.length - from.left
}

function inflated(packed: Uint8Array, name: string): Uint8Array {
  try {
    return inflateSync(packed)
  } catch {
    throw damaged(name)
  }
}

function damaged(name: string): OperatorError {
  return refusal('recording.damaged', `${name} is damaged in its first part, the snapshot`)
}

function otherVersion(name: string, found: string, own: string): OperatorError {
  return new OperatorError(
    'recording.version',
    `${name} was recorded by ${found}, this is ${own}: another version may decide otherwise.`,
    'Replay it with the version that recorded it.',
  )
}

function refusal(code: string, what: string): OperatorError {
  return new OperatorError(
    code,
    `${what}.`,
    'Give a file that `murmur agent` wrote with its flag --record.',
  )
}
