/**
 * The `swim` package (swim-js 0.6.0), the one other SWIM in JavaScript that still runs: twenty
 * members in a process of their own on loopback, at one probe a second. Started by `bench/main.ts`;
 * prints one line of JSON.
 */
import { createRequire } from 'node:module'

const MEMBERS = 20
const BASE_PORT = 24_700
const LIMIT = 30_000

interface Swim {
  bootstrap(hosts: readonly string[], done: (problem: unknown) => void): void
  members(): readonly { readonly host: string; readonly state: number }[]
  on(
    event: string,
    listener: (update: { readonly host: string; readonly state: number }) => void,
  ): void
  leave(): void
}

/** Shape of the package's constructor, as far as it is used here. */
type SwimClass = new (options: object) => Swim

const FAULTY = 2

const began = performance.now()
const { local, members } = start()
await until(() => members.every((member) => alive(member) === MEMBERS - 1))
const whole = performance.now()
const cpu = process.cpuUsage()
await sleep(10_000)
const used = process.cpuUsage(cpu)
const victim = members[MEMBERS - 1]
const killedAt = performance.now()
const seen: number[] = []
for (const member of members.slice(0, -1)) {
  member.on('change', ({ host, state }) => {
    if (host === local(MEMBERS - 1) && state === FAULTY) seen.push(performance.now() - killedAt)
  })
}
victim?.leave()
await until(() => seen.length >= MEMBERS - 1)
process.stdout.write(
  `${JSON.stringify({
    members: MEMBERS,
    wholeSeconds: (whole - began) / 1000,
    cpuMsPerSecond: (used.user + used.system) / 1000 / 10 / MEMBERS,
    firstSeconds: Math.min(...seen) / 1000,
    lastSeconds: seen.length >= MEMBERS - 1 ? Math.max(...seen) / 1000 : null,
    knew: seen.length,
  })}\n`,
)
process.exit(0)

function start() {
  const Swim: unknown = createRequire(import.meta.url)('swim')
  if (!isSwimClass(Swim)) throw new TypeError('the package gave no class')
  const name = (index: number): string => `127.0.0.1:${BASE_PORT + index}`
  const nodes = Array.from({ length: MEMBERS }, (_, index) => {
    const local = { host: name(index), meta: {}, incarnation: 1 }
    return new Swim({
      local,
      codec: 'msgpack',
      interval: 1000,
      joinTimeout: 600,
      pingTimeout: 200,
      pingReqTimeout: 600,
      pingReqGroupSize: 3,
      udp: { maxDgramSize: 512 },
      suspectTimeout: 5000,
      disseminationFactor: 15,
      preferCurrentMeta: true,
    })
  })
  nodes.forEach((node, index) => {
    node.bootstrap(index === 0 ? [] : [name(0)], () => undefined)
  })
  return { local: name, members: nodes }
}

function isSwimClass(loaded: unknown): loaded is SwimClass {
  return typeof loaded === 'function'
}

function alive(member: Swim): number {
  return member.members().filter(({ state }) => state === 0).length
}

async function until(holds: () => boolean): Promise<void> {
  const from = performance.now()
  while (!holds() && performance.now() - from < LIMIT) await sleep(20)
}

async function sleep(span: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, span))
}
