/** Tells the cluster how this node's copies get on: every two seconds while there are some. */
import type { NodeCommand } from '../../cluster/node.js'
import { COPY_FACT, copyFactBytes, type CopyProgress } from '../../cluster/copy-fact.js'

const PERIOD = 2000

export class CopyReport {
  private readonly progress: () => readonly CopyProgress[]
  private readonly command: (command: NodeCommand) => void
  private timer: NodeJS.Timeout | undefined
  /** As it was told last, as text. */
  private said = ''

  constructor(progress: () => readonly CopyProgress[], command: (command: NodeCommand) => void) {
    this.progress = progress
    this.command = command
  }

  /** Copies have begun, or are over. */
  begin(): void {
    this.timer ??= setInterval(() => this.tell(), PERIOD).unref()
  }

  end(): void {
    clearInterval(this.timer)
    this.timer = undefined
  }

  private tell(): void {
    const value = copyFactBytes(this.progress())
    const text = value === null ? '' : Buffer.from(value).toString('latin1')
    if (text !== this.said) this.command({ kind: 'publish', key: COPY_FACT, value })
    this.said = text
    if (value === null) this.end()
  }
}
