/** SHA-256 of Node in larger pieces: a call costs more than the few bytes of a key. */
import { createHash } from 'node:crypto'
import type { Hash } from '../../cluster/data/digester.js'

const PIECE = 64 * 1024

export class Gathered implements Hash {
  private readonly hash = createHash('sha256')
  private readonly pieces = Buffer.allocUnsafe(PIECE)
  private fill = 0

  update(bytes: Uint8Array): void {
    if (this.fill + bytes.length > PIECE) this.flush()
    if (bytes.length > PIECE) this.hash.update(bytes)
    else {
      this.pieces.set(bytes, this.fill)
      this.fill += bytes.length
    }
  }

  digest(): Uint8Array {
    this.flush()
    return this.hash.digest()
  }

  private flush(): void {
    this.hash.update(this.pieces.subarray(0, this.fill))
    this.fill = 0
  }
}
