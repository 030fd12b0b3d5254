/** A bar with the time left, on stderr, for a terminal only. */
import type { Surroundings } from '../surroundings.js'

export interface Progress {
  at(share: number, name: string): void
  end(): void
}

const STEPS = 1000
const NOBODY_WATCHES: Progress = { at: () => undefined, end: () => undefined }

export async function progressFor({ err }: Surroundings): Promise<Progress> {
  if (!err.terminal) return NOBODY_WATCHES
  const { default: cliProgress } = await import('cli-progress')
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage} %  {name}  {eta_formatted} left',
    barsize: Math.min(40, Math.max(10, err.columns - 50)),
    barCompleteChar: '\u2588',
    barIncompleteChar: '\u2591',
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 50,
    fps: 8,
  })
  bar.start(STEPS, 0, { name: '' })
  return {
    at: (share, name) => bar.update(Math.floor(share * STEPS), { name }),
    end: () => bar.stop(),
  }
}
