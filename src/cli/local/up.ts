/**
 * `murmur local up`: starts the agents and stays with them, as a live picture or as lines of text,
 * until Ctrl-C or the time is over; then ends them all and prints how things stood.
 */
import { relative } from 'node:path'
import { apiUrl } from '../api.js'
import { eventLine } from '../layout/event.js'
import { pictureLines } from '../layout/picture.js'
import { statusLines } from '../layout/status.js'
import { tableLines } from '../layout/table.js'
import { coloursFor, type Colours, type Surroundings } from '../surroundings.js'
import { Screen } from '../terminal/screen.js'
import { watchCluster, type Seen, type Watching } from '../terminal/watching.js'
import { runningAgents, startCluster, stopAgents } from './cluster.js'
import { DEFAULT_BASE_PORT } from './ports.js'
import { ownName } from './own-name.js'
import type { UpOptions } from './options.js'
import type { LocalAgent } from './state.js'
import { statusFrom, untilSettled, untilWhole } from './wholeness.js'
import { stoppedText } from './stopped-text.js'
import { LOCAL_DIR } from './directory.js'
import { pause } from '../follow.js'

const NOTHING_SEEN: Seen = { status: undefined, from: '', events: [], trouble: undefined }

export class LocalUp {
  private readonly dir: string
  private readonly around: Surroundings
  private readonly colours: Colours
  /** Aborts at the first Ctrl-C or when the time is over. */
  private readonly stop = new AbortController()
  /** Aborts at the second Ctrl-C. */
  private readonly hurry = new AbortController()

  constructor(dir: string, around: Surroundings) {
    this.dir = dir
    this.around = around
    this.colours = coloursFor(around)
  }

  async run(options: UpOptions, flags: readonly string[]): Promise<void> {
    const { nodes: count, basePort, expect } = options
    const all = expect === undefined ? flags : ['--expect', String(expect), ...flags]
    const forget = this.around.onStop(() => this.askedToStop())
    try {
      const agents = await startCluster({ dir: this.dir, count, basePort, flags: all })
      if (options.detach) await this.leaveRunning(agents, expect !== undefined)
      else await this.stay(agents, options)
    } finally {
      forget()
    }
  }

  private askedToStop(): void {
    if (this.stop.signal.aborted) this.hurry.abort()
    this.stop.abort()
  }

  /** --detach: until whole, then what to try. */
  private async leaveRunning(agents: readonly LocalAgent[], founds: boolean): Promise<void> {
    this.say(`Starting ${agents.length} agents ...`)
    const status = await untilSettled(this.dir, agents, this.stop.signal, founds)
    if (status === undefined) this.say('Not waiting any longer; the agents go on.')
    else this.say(statusLines(status, { names: true, colours: this.colours }).join('\n'))
    this.say(
      ['', ...this.advice(), `End it with:  ${ownName()} local down${this.dirFlag()}`].join('\n'),
    )
  }

  private async stay(agents: readonly LocalAgent[], options: UpOptions): Promise<void> {
    const { signal } = this.stop
    if (options.for !== undefined)
      void pause(options.for * 1000, signal).then(() => this.stop.abort())
    let last: Seen = NOTHING_SEEN
    try {
      last =
        options.watch && this.around.out.terminal
          ? await this.picture(agents)
          : await this.lines(agents)
    } finally {
      await this.end(last)
    }
  }

  /** The live picture. @returns what was seen last */
  private async picture(agents: readonly LocalAgent[]): Promise<Seen> {
    const screen = new Screen(this.around)
    let last = NOTHING_SEEN
    const show = (seen: Seen): void => {
      last = seen
      screen.show((columns, rows) =>
        pictureLines(this.pictureOf(seen, agents), columns, rows, this.colours),
      )
    }
    show(NOTHING_SEEN)
    try {
      await Promise.all([this.failEarly(agents), watchCluster(this.watching(show))])
    } finally {
      screen.close()
    }
    return last
  }

  private pictureOf(seen: Seen, agents: readonly LocalAgent[]): Parameters<typeof pictureLines>[0] {
    return {
      title: `Murmuration: ${agents.length} agents on this machine, each a process of its own`,
      waiting: `Starting ${agents.map((agent) => agent.name).join(', ')} ...`,
      seen,
      names: true,
      foot: [...this.advice(), 'Ctrl-C here ends all agents.'],
    }
  }

  /** Text for those who cannot be repainted: the status once when whole, then event lines. */
  private async lines(agents: readonly LocalAgent[]): Promise<Seen> {
    this.say(`Starting ${agents.length} agents ...`)
    const status = await untilWhole(this.dir, agents, this.stop.signal)
    if (status !== undefined)
      this.say(statusLines(status, { names: true, colours: this.colours }).join('\n'))
    let last = NOTHING_SEEN
    await watchCluster({
      choose: this.watching(() => undefined).choose,
      stop: this.stop.signal,
      changed: (seen) => void (last = seen),
      heard: (event) => this.say(eventLine(event, this.colours)),
    })
    return last
  }

  /** An agent that ends while the cluster forms ends the whole attempt. */
  private async failEarly(agents: readonly LocalAgent[]): Promise<void> {
    try {
      await untilWhole(this.dir, agents, this.stop.signal)
    } catch (thrown) {
      this.stop.abort()
      throw thrown
    }
  }

  private watching(changed: (seen: Seen) => void): Watching {
    const choose = (): string | undefined => {
      const [first] = runningAgents(this.dir)
      return first === undefined ? undefined : apiUrl(first.api)
    }
    return { choose, stop: this.stop.signal, recent: true, changed }
  }

  /** How things stood just before, and the end of all agents. */
  private async end(last: Seen): Promise<void> {
    const running = runningAgents(this.dir)
    const [first] = running
    const status = (first === undefined ? undefined : await statusFrom(first)) ?? last.status
    if (status !== undefined)
      this.say(statusLines(status, { names: true, colours: this.colours }).join('\n'))
    const stopped = await stopAgents(this.dir, running, this.hurry.signal)
    this.say(`${stoppedText(stopped)} Data and logs stay in ${this.shownDir()}.`)
  }

  private advice(): string[] {
    const name = ownName()
    const dir = this.dirFlag()
    const rows = [
      [`${name} local kill n3${dir}`, 'a crash: the others notice within seconds'],
      [`${name} explain n3${this.apiFlag()}`, 'why n3 is seen as it is'],
      [`${name} local restart n3${dir}`, 'back again, as itself'],
      [`${name} status --watch${this.apiFlag()}`, 'like this, wherever an agent runs'],
    ]
    const lines = tableLines(rows).map((line) => `  ${line.trimEnd()}`)
    return ['Try in another terminal:', ...lines]
  }

  private shownDir(): string {
    return relative(this.around.cwd, this.dir) || '.'
  }

  private dirFlag(): string {
    return this.shownDir() === LOCAL_DIR ? '' : ` --dir ${this.shownDir()}`
  }

  /** Queries find the cluster in the usual directory by themselves. */
  private apiFlag(): string {
    if (this.shownDir() === LOCAL_DIR) return ''
    const first = runningAgents(this.dir)[0]
    return first === undefined || first.bind.endsWith(`:${DEFAULT_BASE_PORT}`)
      ? ''
      : ` --api ${first.api}`
  }

  private say(text: string): void {
    this.around.out.write(`${text}\n`)
  }
}
