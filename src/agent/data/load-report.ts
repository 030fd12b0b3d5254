/** Tells the cluster how many bytes of rows this node holds: looked at every ten seconds. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isNews, loadFactBytes, LOAD_FACT } from '../../cluster/load-fact.js'
import type { NodeCommand } from '../../cluster/node.js'

const PERIOD = 10_000

export class LoadReport {
  private readonly directory: string
  private readonly command: (command: NodeCommand) => void
  private readonly timer: NodeJS.Timeout
  private told: number | undefined
  private over = false

  /** @param directory of the store */
  constructor(directory: string, command: (command: NodeCommand) => void) {
    this.directory = directory
    this.command = command
    this.timer = setInterval(() => void this.look(), PERIOD).unref()
    void this.look()
  }

  end(): void {
    this.over = true
    clearInterval(this.timer)
  }

  private async look(): Promise<void> {
    const bytes = await bytesIn(this.directory)
    if (this.over || !isNews(this.told, bytes)) return
    this.told = bytes
    this.command({ kind: 'publish', key: LOAD_FACT, value: loadFactBytes(bytes) })
  }
}

/** Of all files of a directory; those that go meanwhile count nothing. */
async function bytesIn(directory: string): Promise<number> {
  const names = await readdir(directory).catch(() => [])
  const sizes = names.map(async (name) => {
    const found = await stat(join(directory, name)).catch(() => undefined)
    return found?.size ?? 0
  })
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
