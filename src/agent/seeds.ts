/**
 * Seeds as they are written down, turned into addresses and turned again every half minute: names
 * move, and a seed that cannot be resolved today may be tomorrow. One question at a time, so that a
 * slow resolver holds up one thread.
 */
import { lookup, resolveSrv } from 'node:dns/promises'
import { splitAddress } from '../base/address.js'
import type { Address, Millis } from '../base/machine.js'
import { canonical } from './endpoints.js'
import { errorText } from './failure.js'
import { srvName } from './settings.js'

const AGAIN: Millis = 30_000
const FIRST_RETRY: Millis = 1000
const SAY_AGAIN: Millis = 60_000
/** Most addresses handed on; the protocol keeps as many. */
const MOST = 64

/** What is asked of the name service. */
export interface Resolver {
  addresses(host: string): Promise<readonly string[]>
  services(name: string): Promise<readonly { readonly name: string; readonly port: number }[]>
}

export const systemResolver: Resolver = {
  addresses: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  services: (name) => resolveSrv(name),
}

export interface SeedState {
  /** As it was written down. */
  readonly seed: string
  readonly addresses: readonly Address[]
  /** Why it has no address, undefined when it has. */
  readonly problem: string | undefined
}

export interface SeedOptions {
  readonly seeds: readonly string[]
  /** The own address, which is nobody's seed. */
  readonly self: Address
  readonly resolver: Resolver
  readonly onAddresses: (addresses: readonly Address[]) => void
  readonly onProblem: (seed: string, problem: string) => void
}

export class Seeds {
  private readonly options: SeedOptions
  /** Those written down, and those added since; at most MOST of these. */
  private wanted: readonly string[]
  /** At most one a seed written down. */
  private readonly states = new Map<string, SeedState>()
  /** When each seed's problem was last told; at most one a seed. */
  private readonly told = new Map<string, Millis>()
  private timer: NodeJS.Timeout | undefined
  private retry = FIRST_RETRY
  private stopped = false

  constructor(options: SeedOptions) {
    this.options = options
    this.wanted = options.seeds
  }

  /** Resolves them now and from now on. The promise is of the first time. */
  async start(): Promise<void> {
    if (this.wanted.length > 0) await this.resolveAll()
  }

  /** Resolves these too, now and from now on. */
  async add(seeds: readonly string[]): Promise<void> {
    this.wanted = [...new Set([...this.wanted, ...seeds])].slice(0, MOST)
    clearTimeout(this.timer)
    if (!this.stopped) await this.resolveAll()
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
  }

  list(): readonly SeedState[] {
    return [...this.states.values()]
  }

  private async resolveAll(): Promise<void> {
    for (const seed of this.wanted) {
      const state = await this.resolve(seed)
      if (this.stopped) return
      this.states.set(seed, state)
      if (state.problem !== undefined) this.tell(seed, state.problem)
    }
    const found = new Set(this.list().flatMap(({ addresses }) => addresses))
    this.options.onAddresses([...found].slice(0, MOST))
    this.schedule()
  }

  private async resolve(seed: string): Promise<SeedState> {
    try {
      const addresses = await this.addressesOf(seed)
      const others = addresses.filter((address) => address !== this.options.self)
      return { seed, addresses: others, problem: undefined }
    } catch (error) {
      const former = this.states.get(seed)?.addresses ?? []
      return { seed, addresses: former, problem: `it cannot be resolved (${errorText(error)})` }
    }
  }

  private async addressesOf(seed: string): Promise<readonly Address[]> {
    const service = srvName(seed)
    if (service === undefined) {
      const parts = splitAddress(seed)
      return parts === undefined ? [] : this.addressesAt(parts.host, parts.port)
    }
    // Bounded by the answer of one SRV question.
    const found: Address[] = []
    for (const { name, port } of await this.options.resolver.services(service)) {
      found.push(...(await this.addressesAt(name, port)))
    }
    return found
  }

  private async addressesAt(host: string, port: number): Promise<readonly Address[]> {
    return (await this.options.resolver.addresses(host)).map((found) => canonical(found, port))
  }

  /** Numbers stay what they are; names are asked again, soon while one of them has no answer. */
  private schedule(): void {
    if (this.wanted.every((seed) => srvName(seed) === undefined && isNumeric(seed))) return
    const missing = this.list().some(({ problem }) => problem !== undefined)
    const wait = missing ? this.retry : AGAIN
    this.retry = missing ? Math.min(this.retry * 2, AGAIN) : FIRST_RETRY
    this.timer = setTimeout(() => void this.resolveAll(), wait).unref()
  }

  private tell(seed: string, problem: string): void {
    const now = performance.now()
    const last = this.told.get(seed)
    if (last !== undefined && now - last < SAY_AGAIN) return
    this.told.set(seed, now)
    this.options.onProblem(seed, problem)
  }
}

function isNumeric(seed: string): boolean {
  return /^(\d+\.\d+\.\d+\.\d+|\[.*\]):\d+$/.test(seed)
}
