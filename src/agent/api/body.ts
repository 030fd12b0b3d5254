/** The bytes of a request, within a bound. */
import type { IncomingMessage } from 'node:http'

/** Largest fact taken over HTTP; the node's own quota is checked behind this. */
export const FACT_BODY = 1024 * 1024

/** undefined when it is longer than the bound. */
export async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  // At most FACT_BODY and the piece that passes it.
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of request) {
    if (!(piece instanceof Uint8Array)) continue
    size += piece.length
    if (size > FACT_BODY) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces, size)
}
