/**
 * A local cluster of real agent processes for one test file: the built command, a folder, free
 * ports, open ears.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { answers } from '../../src/cli/answers.js'
import { apiUrl, ask } from '../../src/cli/api.js'
import { follow } from '../../src/cli/follow.js'
import { readEvent, type AgentEvent } from '../../src/cli/layout/event.js'
import { listed, runningAgents, stopAgents } from '../../src/cli/local/cluster.js'
import { takenPorts } from '../../src/cli/local/ports.js'
import type { ClusterStatus } from '../../src/cluster/status.js'

const root = new URL('../../', import.meta.url).pathname
const BUILD =
  "import('./scripts/build.mjs').then(async ({ build }) => " +
  'process.exit((await build({ library: false })) ? 0 : 1))'

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export class LiveCluster {
  readonly folder = mkdtempSync(join(tmpdir(), 'murmur-live-'))
  readonly dir = join(this.folder, '.murmur')
  /** Runs `murmur` in the folder and waits for its end. */
  async murmur(...args: readonly string[]): Promise<Ended> {
    return ending(this.start(...args))
  }

  start(...args: readonly string[]): ChildProcess {
    const env = { ...process.env, MURMUR_API: '' }
    return spawn(process.execPath, [join(root, 'dist/murmur.js'), ...args], {
      cwd: this.folder,
      env,
    })
  }

  /** What the agent of that name says. */
  async status(name: string): Promise<ClusterStatus> {
    return ask(this.url(name), '/v1/status', answers.status)
  }

  async pid(name: string): Promise<number> {
    const { out } = await this.murmur('local', 'list', '--json')
    const list = v.parse(
      v.array(v.looseObject({ name: v.string(), pid: v.number() })),
      JSON.parse(out),
    )
    return list.find((agent) => agent.name === name)?.pid ?? 0
  }

  url(name: string): string {
    return apiUrl(listed(this.dir).find((agent) => agent.name === name)?.api ?? '')
  }

  /** Listens to agents by name, from now on. */
  async ears(...names: readonly string[]): Promise<Ears> {
    const ears = new Ears()
    await Promise.all(names.map((name) => ears.open(name, this.url(name))))
    return ears
  }

  /** Ends every agent that still runs, and forgets everything. */
  async close(): Promise<void> {
    await stopAgents(this.dir, runningAgents(this.dir), new AbortController().signal)
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export function ending(child: ChildProcess): Promise<Ended> {
  let out = ''
  let err = ''
  child.stdout?.on('data', (piece) => (out += String(piece)))
  child.stderr?.on('data', (piece) => (err += String(piece)))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })))
}

/** What several agents say, and waiting for it. */
export class Ears {
  private readonly stop = new AbortController()
  /** Everything heard; bounded by the length of one test. */
  private readonly heard: { readonly by: string; readonly event: AgentEvent }[] = []
  /** Called after each event; bounded by what one test waits for. */
  private readonly waiting = new Set<() => void>()

  /** Resolves once the agent is sure to be heard. */
  open(name: string, url: string): Promise<void> {
    return new Promise((resolve) => void this.listen(name, url, resolve))
  }

  private async listen(name: string, url: string, open: () => void): Promise<void> {
    const { signal: stop } = this.stop
    const lost = (): undefined => undefined
    for await (const { data } of follow({
      url,
      path: '/v1/events',
      stop,
      all: true,
      lost,
      pauseMs: 50,
    })) {
      open()
      const event = readEvent(data)
      if (event === undefined) continue
      this.heard.push({ by: name, event })
      for (const then of [...this.waiting]) then()
    }
  }

  /** Resolves when every one of `names` has said `kind` of `node`. */
  until(names: readonly string[], kind: string, node: string): Promise<void> {
    const said = (name: string): boolean =>
      this.heard.some(({ by, event }) => by === name && event.event === kind && event.node === node)
    return new Promise((resolve) => {
      const look = (): void => {
        if (!names.every(said)) return
        this.waiting.delete(look)
        resolve()
      }
      this.waiting.add(look)
      look()
    })
  }

  /** Which kinds an agent said of a node, in order. */
  kinds(by: string, node: string): string[] {
    return this.heard
      .filter((one) => one.by === by && one.event.node === node)
      .map(({ event }) => event.event)
  }

  close(): void {
    this.stop.abort()
  }
}

export async function buildCommand(): Promise<void> {
  const child = spawn(process.execPath, ['-e', BUILD], { cwd: root })
  const { code, err } = await ending(child)
  if (code !== 0) throw new Error(`the command could not be built: ${err}`)
}

/**
 * A base port with room for ten agents; taken at random, so that two runs side by side rarely meet.
 */
export async function freeBasePort(): Promise<number> {
  for (;;) {
    const base = 20_000 + Math.floor(Math.random() * 9_000)
    if ((await takenPorts(base, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).length === 0) return base
  }
}
