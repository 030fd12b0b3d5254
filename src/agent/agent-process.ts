/**
 * An agent as a process: events on standard output, SIGTERM drains, SIGINT leaves, a second signal
 * ends it at once, and the exit code says whether it had to give up.
 */
import { runAgent } from './agent.js'
import type { StopHow } from './api/sources.js'
import type { Configuration } from './configuration.js'
import { OperatorError } from './failure.js'
import { runBusy } from './lean.js'
import { openLog, type Log } from './log.js'
import type { Agent } from './running.js'

const SIGNALS = { SIGTERM: 'drain', SIGHUP: 'drain', SIGINT: 'leave' } as const satisfies Record<
  string,
  StopHow
>
const EXIT_CODES = { SIGTERM: 143, SIGHUP: 129, SIGINT: 130 } as const

type Signal = keyof typeof SIGNALS

/** What the process around an agent is asked for; a test puts another in its place. */
export interface Host {
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream
  on(signal: Signal, then: () => void): unknown
  off(signal: Signal, then: () => void): unknown
  exit(code: number): void
}

/** Runs an agent until it is stopped. Gives the exit code; every error was said. */
export async function agentProcess(
  configuration: Configuration,
  host: Host = process,
): Promise<number> {
  const { logFormat: format, logLevel: level, kv } = configuration
  if (kv) runBusy()
  const log = openLog({ format, level, out: host.stdout, err: host.stderr })
  const signals = new Signals(host)
  try {
    const agent = await runAgent(configuration, { log })
    signals.govern(agent)
    await agent.ended
    return 0
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    sayFailure(log, error)
    return 1
  } finally {
    signals.release()
    await log.close()
  }
}

function sayFailure(log: Log, { code, message, next }: OperatorError): void {
  log.say('error', `${message} ${next} (${code})`)
}

class Signals {
  private readonly host: Host
  private agent: Agent | undefined
  private stopping = false
  /** At most one a signal. */
  private readonly handlers = new Map<Signal, () => void>()

  constructor(host: Host) {
    this.host = host
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) {
      const handler = (): void => this.onSignal(signal)
      this.handlers.set(signal, handler)
      host.on(signal, handler)
    }
  }

  govern(agent: Agent): void {
    this.agent = agent
  }

  release(): void {
    for (const [signal, handler] of this.handlers) this.host.off(signal, handler)
  }

  /**
   * Before the agent runs there is nobody to tell, and the data directory may be left at any
   * moment.
   */
  private onSignal(signal: Signal): void {
    if (this.stopping || this.agent === undefined) {
      this.host.exit(EXIT_CODES[signal])
      return
    }
    this.stopping = true
    void this.agent.stop(SIGNALS[signal])
  }
}
