/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return --
   these packages say nothing of the types of what is taken of them here */
/**
 * The peers of the ring behind one face. A peer that is not installed is left out. Of cassandra-driver the parts that
 * its own client uses are taken: its tokenizer, and the token map of its metadata without a cluster behind it.
 */
import { createRequire } from 'node:module'

const load = createRequire(import.meta.url)

/**
 * @typedef {object} Peer
 * @property {(key: string) => unknown} owner
 * @property {(key: string) => unknown} three
 * @property {(name: string) => void} add
 * @typedef {{ name: string, rack: string, tokens: string[] }} Node
 * @typedef {{ name: string, points: number, make: (nodes: readonly Node[]) => Peer }} Maker
 */

/** @param {string} name */
function installed(name) {
  try {
    load.resolve(name)
    return true
  } catch {
    return false
  }
}

/** @type {(points: number, options: object) => (nodes: readonly Node[]) => Peer} */
const consistentHash = (points, options) => (nodes) => {
  const ConsistentHash = load('consistent-hash')
  const ring = new ConsistentHash({ controlPoints: points, ...options })
  for (const { name } of nodes) ring.add(name)
  return {
    owner: (key) => ring.get(key),
    three: (key) => ring.get(key, 3),
    add: (name) => ring.add(name),
  }
}

/** @type {(points: number) => (nodes: readonly Node[]) => Peer} */
const hashring = (points) => (nodes) => {
  const HashRing = load('hashring')
  const names = nodes.map(({ name }) => name)
  const options = { 'vnode count': points / 4, 'max cache size': 1 }
  const ring = new HashRing(names, 'md5', options)
  return {
    owner: (key) => ring.get(key),
    three: (key) => ring.range(key, 3),
    add: (name) => ring.add(name),
  }
}

/** @type {(nodes: readonly Node[]) => Peer} */
const driver = (nodes) => {
  const Metadata = load('cassandra-driver/lib/metadata/index.js')
  const parser = load('cassandra-driver/lib/metadata/schema-parser.js')
  const metadata = new Metadata({ isMetadataSyncEnabled: true }, null)
  metadata.log = () => undefined
  metadata.setPartitioner('org.apache.cassandra.dht.Murmur3Partitioner')
  const hosts = nodes.map(({ name, rack, tokens }) => ({
    address: name,
    datacenter: 'dc1',
    rack,
    tokens,
  }))
  const schema = parser.getByVersion({}, {}, () => undefined, [3, 11])
  const options = { dc1: '3' }
  const build = () => {
    metadata.buildTokens({ values: () => hosts })
    const strategy = 'org.apache.cassandra.locator.NetworkTopologyStrategy'
    metadata.keyspaces = { ks: schema._createKeyspace('ks', true, strategy, options) }
  }
  build()
  return {
    owner: (key) => metadata.getReplicas(null, Buffer.from(key)),
    three: (key) => metadata.getReplicas('ks', Buffer.from(key)),
    add: (name) => {
      const tokens = hosts[0]?.tokens.map((token) => String(BigInt(token) + 1n)) ?? []
      hosts.push({ address: name, datacenter: 'dc1', rack: 'r0', tokens })
      build()
    },
  }
}

/** Those that are installed. @type {() => Maker[]} */
export function peers() {
  const uniform = {
    distribution: 'uniform',
    range: 1000003,
    orderNodes: (/** @type {string[]} */ names) => names.sort(),
  }
  const all = [
    {
      from: 'consistent-hash',
      name: 'consistent-hash',
      points: 128,
      make: consistentHash(128, {}),
    },
    {
      from: 'consistent-hash',
      name: 'consistent-hash, uniform, ordered',
      points: 256,
      make: consistentHash(256, uniform),
    },
    { from: 'hashring', name: 'hashring (md5)', points: 256, make: hashring(256) },
    { from: 'cassandra-driver', name: 'cassandra-driver token map', points: 256, make: driver },
  ]
  return all.filter(({ from }) => installed(from))
}

/** The driver's tokenizer as a function of bytes, or undefined. @type {() => ((key: Buffer) => unknown) | undefined} */
export function driverTokens() {
  if (!installed('cassandra-driver')) return undefined
  const { Murmur3Tokenizer } = load('cassandra-driver/lib/tokenizer.js')
  const tokenizer = new Murmur3Tokenizer()
  return (key) => tokenizer.hash(key)
}
