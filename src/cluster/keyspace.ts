/**
 * How many copies a keyspace keeps, and where. No record holds keyspaces yet, so whoever asks may
 * say it; who does not gets what a first keyspace usually is: three copies in every datacenter.
 * Once a record holds the keyspace, what it says comes first.
 */
import { nearest } from '../base/nearest.js'
import { network, parseFactor, type Factor, type Replication } from '../ring/replication.js'
import type { Ring } from '../ring/ring.js'
import type { RingRecord } from './record/record.js'

export interface Keyspace {
  readonly name: string
  readonly replication: Replication
  /** Whether the record says it, or the question, or it is the usual one. */
  readonly from: 'record' | 'asked' | 'default'
}

export type KeyspaceRead =
  | { readonly kind: 'keyspace'; readonly keyspace: Keyspace }
  | { readonly kind: 'refused'; readonly says: string }

export const DEFAULT_COPIES = 3

/** As Cassandra names keyspaces. */
const NAME = /^\w{1,48}$/

/** The keyspace as the record has it. */
export function keyspaceIn({ keyspaces }: RingRecord, name: string): Keyspace | undefined {
  const found = keyspaces.find((keyspace) => keyspace.name === name)
  return found && { name, replication: found.replication, from: 'record' }
}

/**
 * @param asked `3` (copies in every datacenter, as replication_factor since Cassandra 4.0),
 * `dc1=3,dc2=2`, or `simple:3` for SimpleStrategy; undefined for the usual
 */
export function keyspaceOf(ring: Ring, name: string, asked: string | undefined): KeyspaceRead {
  if (!NAME.test(name)) {
    const rule = 'letters, digits and _, at most 48'
    return { kind: 'refused', says: `${JSON.stringify(name)} is no name of a keyspace: ${rule}` }
  }
  const dcs = [...new Set(ring.members.map(({ dc }) => dc))].sort()
  const replication = asked === undefined ? inAll(dcs, DEFAULT_COPIES) : read(asked, dcs)
  if (typeof replication === 'string') return { kind: 'refused', says: replication }
  const from = asked === undefined ? 'default' : 'asked'
  return { kind: 'keyspace', keyspace: { name, replication, from } }
}

/** The replication that a text says, or what is wrong with it. */
function read(text: string, dcs: readonly string[]): Replication | string {
  const [, factorText] = /^simple:(.*)$/i.exec(text) ?? []
  if (factorText !== undefined) {
    const factor = parseFactor(factorText)
    return factor === undefined ? notCopies(text) : { kind: 'simple', factor }
  }
  if (!text.includes('=')) {
    const factor = parseFactor(text)
    const factors = factor && new Map(dcs.map((dc) => [dc, factor]))
    return factors === undefined ? notCopies(text) : { kind: 'network', factors }
  }
  return readNetwork(text, dcs)
}

function readNetwork(text: string, dcs: readonly string[]): Replication | string {
  const factors = new Map<string, Factor>()
  for (const part of text.split(',')) {
    const [, dc = '', copies = ''] = /^([^=]+)=([^=]+)$/.exec(part.trim()) ?? []
    const factor = parseFactor(copies)
    if (factor === undefined) return notCopies(part)
    if (factors.has(dc)) return `${dc} is named twice in the replication`
    if (!dcs.includes(dc)) {
      const near = nearest(dc, dcs)
      const meant = near === undefined ? `there are ${dcs.join(', ')}` : `did you mean ${near}?`
      return `no node is in the datacenter ${dc}: ${meant}`
    }
    factors.set(dc, factor)
  }
  return { kind: 'network', factors }
}

function notCopies(text: string): string {
  return `${JSON.stringify(text)} is no replication: give 3, dc1=3,dc2=2, or simple:3`
}

function inAll(dcs: readonly string[], copies: number): Replication {
  return network(Object.fromEntries(dcs.map((dc) => [dc, copies])))
}
