/**
 * What a command sees of the world around it: two outputs, the environment, a clock, signals.
 * Commands get it as a value, so that a test can put another world in its place.
 */
import pc from 'picocolors'

export interface Output {
  write(text: string): void
  /** Whether somebody watches; colours and repainting are for those only. */
  readonly terminal: boolean
  readonly columns: number
  readonly rows: number
  /** Calls back when the terminal changed its size, until the returned function is called. */
  onResize(then: () => void): () => void
}

export interface Surroundings {
  readonly out: Output
  readonly err: Output
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Epoch milliseconds. */
  wall(): number
  /**
   * Calls back at Ctrl-C, termination and hang-up instead of dying of them, until the returned
   * function is called.
   */
  onStop(then: () => void): () => void
}

export type Colours = ReturnType<typeof pc.createColors>

/** Colours for a terminal whose user did not refuse them (no-color.org); plain text elsewhere. */
export function coloursFor(around: Surroundings): Colours {
  const refused = (around.env['NO_COLOR'] ?? '') !== '' || around.env['TERM'] === 'dumb'
  return pc.createColors(around.out.terminal && !refused)
}

export const plain: Colours = pc.createColors(false)

const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The world of this very process. */
export function ownSurroundings(): Surroundings {
  return {
    out: outputOf(process.stdout),
    err: outputOf(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    wall: () => Date.now(),
    onStop(then) {
      for (const signal of STOPPING) process.on(signal, then)
      return () => {
        for (const signal of STOPPING) process.off(signal, then)
      }
    },
  }
}

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    // Not there, whatever the type says, on a pipe; undefined would mean colours in CI.
    terminal: 'isTTY' in stream && stream.isTTY,
    get columns() {
      return stream.isTTY ? stream.columns : 80
    },
    get rows() {
      return stream.isTTY ? stream.rows : 24
    },
    onResize(then) {
      stream.on('resize', then)
      return () => void stream.off('resize', then)
    },
  }
}
