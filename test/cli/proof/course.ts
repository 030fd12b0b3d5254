/**
 * What happens to the agents while clients write and read: nodes join, leave, are killed and
 * replaced, and die in the middle of a movement on either side of it. Each step ends when all who
 * are up say that the ring is settled.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { apiUrl, ask } from '../../../src/cli/api.js'
import { answers } from '../../../src/cli/change-answers.js'
import { listed } from '../../../src/cli/local/cluster.js'
import type { Ended, LiveCluster } from '../live-cluster.js'

const PATIENCE = 180_000
const POLL = 200

export const stepNames = [
  'join',
  'replace',
  'leave',
  'source dies',
  'joiner dies',
  'remove',
] as const

export type StepName = (typeof stepNames)[number]

export class Course {
  private readonly cluster: LiveCluster
  /** Members, the oldest first; those that are down too, as long as the ring has them. */
  private members: string[]
  private readonly down = new Set<string>()

  constructor(cluster: LiveCluster, agents: number) {
    this.cluster = cluster
    this.members = Array.from({ length: agents }, (_, i) => `n${i + 1}`)
  }

  /** Those that may be asked. */
  get up(): string[] {
    return this.members.filter((name) => !this.down.has(name))
  }

  /** @returns what was done, in words */
  async take(step: StepName): Promise<string> {
    const said = await this.step(step)
    await this.settled()
    return said
  }

  /** All who are up say that the ring is settled among just these. */
  async settled(): Promise<void> {
    const count = this.members.length
    await until(`a ring of ${count}`, async () => {
      const all = await Promise.all(this.up.map((name) => this.cluster.status(name)))
      return all.every(({ nodes, settled, epoch }) => {
        const normal = nodes.filter(({ state, tokens }) => state === 'normal' && tokens > 0)
        return epoch !== null && settled && normal.length === count
      })
    })
  }

  /** Every agent has deleted what is others' now. */
  async cleaned(): Promise<void> {
    await until('old copies are gone', async () => {
      const all = await Promise.all(this.up.map((name) => this.moves(name)))
      const [first] = all
      return all.every(({ epoch, cleaned }) => epoch === first?.epoch && cleaned === epoch)
    })
  }

  /** @throws {Error} when the command fails */
  async done(...args: readonly string[]): Promise<Ended> {
    const ended = await this.cluster.murmur(...args)
    if (ended.code !== 0) throw new Error(`murmur ${args.join(' ')}: ${ended.out}${ended.err}`)
    return ended
  }

  private async step(step: StepName): Promise<string> {
    const [oldest = ''] = this.members
    switch (step) {
      case 'join':
        return `${await this.join()} joins`
      case 'replace': {
        await this.kill(oldest)
        const by = await this.join('--replace', oldest)
        this.gone(oldest)
        return `${oldest} is killed, ${by} replaces it`
      }
      case 'leave':
        // It is asked until it has left, and then not: clients meet an agent that ends.
        await this.done('decommission', oldest)
        this.gone(oldest)
        return `${oldest} is decommissioned`
      case 'source dies': {
        const [name] = await Promise.all([this.join(), this.interrupt(oldest)])
        return `${name} joins; ${oldest} is killed meanwhile, and started again`
      }
      case 'joiner dies': {
        const name = this.nextName()
        // The command may say that its agent ended; the movement waits for it.
        const joining = this.join().catch(() => this.members.push(name))
        await Promise.all([joining, this.interrupt(name)])
        return `${name} joins, is killed meanwhile, and started again`
      }
      case 'remove':
        await this.kill(oldest)
        await until('a removal', async () => {
          return (await this.cluster.murmur('remove', oldest)).code === 0
        })
        this.gone(oldest)
        return `${oldest} is killed and removed`
    }
  }

  private async join(...flags: readonly string[]): Promise<string> {
    const name = this.nextName()
    await this.done('local', 'add', ...(flags.length === 0 ? [] : ['--', ...flags]))
    this.members.push(name)
    return name
  }

  private nextName(): string {
    return `n${listed(this.cluster.dir).length + 1}`
  }

  private async kill(name: string): Promise<void> {
    this.down.add(name)
    await this.done('local', 'kill', name)
  }

  private async restart(name: string): Promise<void> {
    await this.done('local', 'restart', name)
    this.down.delete(name)
  }

  /** Kills it while rows are being copied, and starts it again. */
  private async interrupt(name: string): Promise<void> {
    await this.untilMoving()
    await this.kill(name)
    await this.restart(name)
  }

  private gone(name: string): void {
    this.members = this.members.filter((other) => other !== name)
    this.down.delete(name)
  }

  /** Rows are being copied just now. */
  private async untilMoving(): Promise<void> {
    const [first = ''] = this.up
    await until('a movement', async () => {
      const { moves } = await this.moves(first)
      return moves.some(({ stage }) => stage === 'prepare')
    })
  }

  private moves(name: string) {
    const api = listed(this.cluster.dir).find((agent) => agent.name === name)?.api ?? ''
    return ask(apiUrl(api), '/v1/moves', answers.moves)
  }
}

/** What cannot be asked just now does not hold yet. */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
  patience = PATIENCE,
): Promise<void> {
  for (const end = performance.now() + patience; performance.now() < end;) {
    if (await holds().catch(() => false)) return
    await sleep(POLL)
  }
  throw new Error(`never: ${what}`)
}
