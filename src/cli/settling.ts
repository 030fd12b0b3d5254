/**
 * `--wait`: from a change that an agent has accepted until the ring has settled, that is nothing is
 * under way or intended and all who are there hold one record. What it waits for meanwhile is said
 * on stderr, each once.
 */
import { ask } from './api.js'
import { answers as shapes, type MovesAnswer } from './change-answers.js'
import { CommandFailure } from './failure.js'
import { pause } from './follow.js'
import type { Surroundings } from './surroundings.js'

const PAUSE_MS = 250
/** An intent that came to nothing: nothing is under way for so many looks, and no new record. */
const IDLE_LOOKS = 12

export interface Settled {
  readonly epoch: number
  readonly why: readonly string[]
}

export async function epochAt(url: string): Promise<number> {
  return (await ask(url, '/v1/moves', shapes.moves)).epoch ?? 0
}

interface Asked {
  /** The epoch when it was asked for. */
  readonly before: number
  /** A node is to leave, after which its agent ends: that may be the one that is asked. */
  readonly leaves: boolean
}

/** @throws {CommandFailure} where nothing came of it, the agent is gone, or Ctrl-C came */
export async function settled(
  url: string,
  asked: Asked,
  around: Surroundings,
  pauseMs = PAUSE_MS,
): Promise<Settled> {
  const stop = new AbortController()
  const forget = around.onStop(() => stop.abort())
  let said = ''
  let idle = 0
  let last: MovesAnswer | undefined
  try {
    while (!stop.signal.aborted) {
      const moves = await ask(url, '/v1/moves', shapes.moves)
      last = moves
      const { epoch, why, agreed } = await ask(url, '/v1/cluster', shapes.cluster)
      const waits = whatFor(moves, agreed)
      if (waits === undefined && epoch !== null && epoch > asked.before) return { epoch, why }
      idle = waits === undefined ? idle + 1 : 0
      if (idle >= IDLE_LOOKS) throw nothing(asked.before)
      if (waits !== undefined && waits !== said) around.err.write(`${waits}\n`)
      said = waits ?? said
      await pause(pauseMs, stop.signal)
    }
    throw new CommandFailure('Not waited for any longer; it goes on: `murmur moves`.')
  } catch (thrown) {
    const left = asked.leaves ? leavingIn(last, asked.before) : undefined
    if (left === undefined || stop.signal.aborted) throw thrown
    return left
  } finally {
    forget()
  }
}

/** Whoever leaves ends when the last stage is over: nobody is there to say so. */
function leavingIn(last: MovesAnswer | undefined, before: number): Settled | undefined {
  const epoch = last?.epoch ?? 0
  const leave = last?.moves.find(({ what }) => what.startsWith('leave '))
  if (epoch <= before || leave?.stage === 'prepare') return undefined
  return { epoch, why: ['the agent that was asked has left, and ended'] }
}

/** What the ring is not settled for; undefined where it is. */
function whatFor({ moves, intents, frozen }: MovesAnswer, agreed: boolean): string | undefined {
  if (frozen) return 'The ring is frozen: no majority of the voters is there.'
  const [move] = moves
  if (move !== undefined) {
    const others = moves.length === 1 ? '' : ` (and ${moves.length - 1} more)`
    return `${move.what}, ${move.stage}: ${move.waitsFor ?? 'goes on'}${others}`
  }
  const [intent] = intents
  if (intent !== undefined) return `intent ${intent.id}: ${intent.why}`
  return agreed ? undefined : 'not everybody holds the new record yet'
}

function nothing(epoch: number): CommandFailure {
  return new CommandFailure(
    `Nothing came of it: the ring stays as it was at epoch ${epoch}, which may be what was asked ` +
      'for; otherwise `murmur doctor` and --dry-run say what is in the way.',
  )
}
