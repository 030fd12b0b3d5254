/** What the `murmur local` commands do and say. */
import { relative, resolve } from 'node:path'
import { tableLines } from '../layout/table.js'
import type { Surroundings } from '../surroundings.js'
import { addAgent, agentOf, killAgent, listed, runningAgents } from './cluster.js'
import { startOne, stateOf, stopAgents } from './cluster.js'
import { ownName } from './own-name.js'
import type { UpOptions } from './options.js'
import type { LocalAgent } from './state.js'
import { epochIn, untilOwner } from './owner.js'
import { stoppedText } from './stopped-text.js'
import { untilWhole } from './wholeness.js'

export class LocalWork {
  private readonly dir: string
  /** As the user would write it. */
  private readonly shownDir: string
  private readonly around: Surroundings

  constructor(dir: string, around: Surroundings) {
    this.around = around
    this.dir = resolve(around.cwd, dir)
    this.shownDir = relative(around.cwd, this.dir) || '.'
  }

  async up(options: UpOptions, flags: readonly string[]): Promise<void> {
    const { LocalUp } = await import('./up.js')
    await new LocalUp(this.dir, this.around).run(options, flags)
  }

  async down(): Promise<void> {
    stateOf(this.dir)
    const running = runningAgents(this.dir)
    if (running.length === 0) {
      this.say(`No agent of ${this.shownDir} is running.`)
      return
    }
    const stop = new AbortController()
    const forget = this.around.onStop(() => stop.abort())
    const stopped = await stopAgents(this.dir, running, stop.signal)
    forget()
    this.say(`${stoppedText(stopped)} Data and logs stay in ${this.shownDir}.`)
  }

  async kill(names: readonly string[]): Promise<void> {
    const agents = names.map((name) => agentOf(this.dir, name))
    for (const agent of agents) {
      await killAgent(this.dir, agent)
      this.say(
        `Killed ${agent.name} (process ${String(agent.pid)}); the others notice within seconds: ` +
          `\`${ownName()} explain ${agent.name}\`.`,
      )
    }
  }

  async restart(names: readonly string[]): Promise<void> {
    const agents = names.map((name) => agentOf(this.dir, name))
    await stopAgents(this.dir, agents, new AbortController().signal)
    const state = stateOf(this.dir)
    const started = agents.map((agent) => startOne(state, agent, this.dir))
    await this.untilAllSee(started, 'is up again')
  }

  async add(flags: readonly string[]): Promise<void> {
    const since = await epochIn(this.dir)
    const agent = await addAgent(this.dir, flags)
    await this.untilAllSee([agent], 'is up')
    const stop = new AbortController()
    const forget = this.around.onStop(() => stop.abort())
    const say = (text: string): void => this.say(text)
    await untilOwner(this.dir, agent, since, { stop: stop.signal, say }).finally(forget)
  }

  list(json: boolean): void {
    const agents = listed(this.dir)
    if (json) {
      this.say(JSON.stringify(agents, null, 2))
      return
    }
    if (agents.length === 0) {
      this.say(`There is no local cluster in ${this.shownDir}.`)
      return
    }
    const rows = agents.map((agent) => [
      agent.name,
      agent.pid === null ? '-' : String(agent.pid),
      agent.running ? 'running' : 'stopped',
      agent.bind,
      agent.api,
      relative(this.around.cwd, agent.dataDir),
    ])
    const lines = tableLines([['Name', 'PID', 'State', 'Gossip', 'API', 'Data'], ...rows])
    this.say(lines.map((line) => line.trimEnd()).join('\n'))
  }

  /** Waits until every running agent sees those just started, then says where they are. */
  private async untilAllSee(started: readonly LocalAgent[], what: string): Promise<void> {
    const stop = new AbortController()
    const forget = this.around.onStop(() => stop.abort())
    const running = runningAgents(this.dir)
    const status = await untilWhole(
      this.dir,
      [...running, ...started.filter(notIn(running))],
      stop.signal,
    )
    forget()
    for (const { name, bind, api, pid } of started) {
      const seen =
        status === undefined ? 'was started' : `${what}, and all ${running.length} see it`
      this.say(`${name} ${seen} (process ${String(pid)}, gossip ${bind}, API ${api}).`)
    }
  }

  private say(text: string): void {
    this.around.out.write(`${text}\n`)
  }
}

const notIn =
  (agents: readonly LocalAgent[]) =>
  (agent: LocalAgent): boolean =>
    !agents.some((other) => other.name === agent.name)
