/**
 * Every setting of an agent, declared once: from here come the flags, the variables, the keys of
 * the file and `--help`. The protocol's own numbers stand beside them under the same names.
 */
import { splitAddress } from '../base/address.js'
import type { Declarations, Setting } from '../base/settings.js'
import { utf8Length } from '../base/utf8.js'
import { ringSettings } from '../cluster/ring-settings.js'
import { gossipSettings } from '../gossip/settings.js'
import { dataSettings } from './data/settings.js'

const NAME_BYTES = 64

/** What is asked of an agent beside the protocol's numbers. */
export const ownSettings = {
  name: {
    kind: 'text',
    shape: 'NAME',
    default: '',
    problem: (value) => (value === '' ? undefined : nameProblem(value)),
    why:
      'What people call this node; the name of the host where none is given. The node itself ' +
      'is its host id.',
  },
  bind: {
    kind: 'text',
    shape: 'HOST:PORT',
    default: '127.0.0.1:7946',
    problem: addressProblem,
    why: 'Where to listen for other agents, UDP and TCP on one port. Port 0 takes any free one.',
  },
  advertise: {
    kind: 'text',
    shape: 'HOST:PORT',
    default: '',
    problem: (value) => (value === '' ? undefined : addressProblem(value)),
    why:
      'Where others reach this agent, if not at the bind address; needed behind NAT and in ' +
      'some containers.',
  },
  seeds: {
    kind: 'list',
    shape: 'HOST:PORT',
    default: [],
    problem: seedProblem,
    why:
      'Agents to ask first. Names stand for all their addresses and are resolved again every ' +
      '30 s; srv:_NAME._udp.DOMAIN asks for SRV records.',
  },
  cluster: {
    kind: 'text',
    shape: 'NAME',
    default: 'murmuration',
    problem: nameProblem,
    why: 'Name of the cluster. Agents of different names never merge.',
  },
  dc: {
    kind: 'text',
    shape: 'NAME',
    default: 'dc1',
    problem: nameProblem,
    why: 'Datacenter of this node.',
  },
  rack: {
    kind: 'text',
    shape: 'NAME',
    default: 'rack1',
    problem: nameProblem,
    why: 'Rack of this node: what tends to fail together. Replicas are spread over racks.',
  },
  tokens: {
    kind: 'number',
    unit: 'tokens',
    default: 16,
    min: 1,
    max: 1024,
    why: 'Tokens this node wants; more of them carry more of the data.',
  },
  expect: {
    kind: 'number',
    unit: 'nodes',
    default: 0,
    min: 0,
    max: 1000,
    why:
      'How many nodes found the ring together, the same for all of them: it begins once all are ' +
      'there. 0 never founds one; where there is one already, any agent joins it.',
  },
  replace: {
    kind: 'text',
    shape: 'NODE',
    default: '',
    problem: (value) => (value === '' ? undefined : nameProblem(value)),
    why: 'Name or host id of a dead node whose place in the ring this new one takes.',
  },
  dataDir: {
    kind: 'text',
    shape: 'DIR',
    default: './murmur-data',
    problem: (value) => (value === '' ? 'is empty, give DIR' : undefined),
    why: 'Where this node keeps who it is and whom it knew. One agent to a directory.',
  },
  api: {
    kind: 'text',
    shape: 'HOST:PORT',
    default: '127.0.0.1:7980',
    problem: apiProblem,
    why:
      'Where the HTTP API listens; off for none. It has no login: keep it on loopback or ' +
      'behind a guard.',
  },
  config: {
    kind: 'text',
    shape: 'FILE',
    default: '',
    why: 'A .yaml, .yml or .json file with these same names; variables and flags win over it.',
  },
  record: {
    kind: 'text',
    shape: 'FILE',
    default: '',
    why:
      'Writes all that reaches this node to FILE, for `murmur replay`; whole segments become ' +
      'FILE.1, FILE.2 and so on. It holds what the packets hold: guard it likewise.',
  },
  recordSize: {
    kind: 'number',
    unit: 'MiB',
    default: 16,
    min: 1,
    max: 1024,
    rare: true,
    why: 'A segment of the recording larger than this is followed by the next.',
  },
  recordKeep: {
    kind: 'number',
    unit: 'segments',
    default: 4,
    min: 1,
    max: 1000,
    rare: true,
    why: 'Segments of the recording that are kept, the one being written among them.',
  },
  ...dataSettings,
  profile: {
    kind: 'choice',
    default: 'lan',
    choices: ['lan', 'calm', 'wan'],
    why:
      'How fast failures are declared: lan is fast, calm forgives longer pauses, wan also ' +
      'slow links.',
  },
  logFormat: {
    kind: 'choice',
    default: 'text',
    choices: ['text', 'json'],
    why: 'json writes each event to standard output as one line of JSON.',
  },
  logLevel: {
    kind: 'choice',
    default: 'info',
    choices: ['error', 'warn', 'info', 'debug'],
    why: 'What is logged: this level and the graver ones.',
  },
} as const satisfies Declarations

/** The whole table; the protocol's numbers are left out of `--help`. */
export const agentSettings = {
  ...ownSettings,
  ...rare(gossipSettings),
  ...rare(ringSettings),
}

/** Splits what follows `srv:`; undefined for any other seed. */
export function srvName(seed: string): string | undefined {
  return /^srv:((?:_[A-Za-z0-9-]+\.){2}[A-Za-z0-9._-]+)$/.exec(seed)?.[1]
}

/** HOST:PORT of the API, given so or as a URL; undefined when it is neither. */
export function apiAddress(text: string): { host: string; port: number } | undefined {
  return splitAddress(text.replace(/^https?:\/\//, '').replace(/\/$/, ''))
}

function nameProblem(value: string): string | undefined {
  const size = utf8Length(value)
  if (size < 1 || size > NAME_BYTES) return `${size} bytes long, give 1 to ${NAME_BYTES} bytes`
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value)) return 'holds control characters, give printable text'
  return value.trim() === value ? undefined : 'begins or ends with a space, give it without'
}

function addressProblem(value: string): string | undefined {
  if (splitAddress(value) !== undefined) return undefined
  const given = JSON.stringify(value)
  return `${given} is not valid, give HOST:PORT, port 0 to 65535, IPv6 as [::1]:7946`
}

function apiProblem(value: string): string | undefined {
  return value === 'off' || apiAddress(value) !== undefined ? undefined : addressProblem(value)
}

function seedProblem(value: string): string | undefined {
  if (value.startsWith('srv:')) {
    return srvName(value) === undefined
      ? `${JSON.stringify(value)} is not valid, give srv:_NAME._udp.DOMAIN`
      : undefined
  }
  if (splitAddress(value)?.port === 0) return `${JSON.stringify(value)} has port 0, give 1 to 65535`
  return addressProblem(value)
}

function rare<D extends Declarations>(table: D): D {
  const copies = Object.entries(table).map(([key, setting]): [string, Setting] => [
    key,
    { ...setting, rare: true },
  ])
  const marked = Object.fromEntries<Setting>(copies)
  if (!isLike(table, marked)) throw new TypeError('a marked table differs from its own')
  return marked
}

function isLike<D extends Declarations>(
  table: D,
  marked: Readonly<Record<string, Setting>>,
): marked is D {
  return Object.entries(table).every(([key, setting]) => marked[key]?.kind === setting.kind)
}
