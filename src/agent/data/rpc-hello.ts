/**
 * The first words on a connection of the data plane: eight bytes that no frame of gossip begins
 * with, so that both share a port, then who speaks and of which cluster. Clusters of another name
 * or id never exchange a row.
 */
import { Reader, Writer } from '../../base/bytes.js'
import type { Address } from '../../base/machine.js'

/** A frame of gossip begins with its length, at most 1 MiB, hence with a zero. */
export const MAGIC = Buffer.from('MURMdat1', 'latin1')

const NAME_BYTES = 64
const ID_BYTES = 64
const ADDRESS_BYTES = 64

export interface Introduction {
  readonly cluster: string
  /** '' where this node belongs to no ring yet. */
  readonly clusterId: string
  /** Where others reach it. */
  readonly address: Address
}

export function introductionBytes({ cluster, clusterId, address }: Introduction): Uint8Array {
  const out = new Writer(3 + NAME_BYTES + ID_BYTES + ADDRESS_BYTES)
  out.text(cluster)
  out.text(clusterId)
  out.text(address)
  return out.take()
}

export function readIntroduction(bytes: Uint8Array): Introduction | undefined {
  const from = new Reader(bytes)
  const [cluster, clusterId] = [from.text(NAME_BYTES), from.text(ID_BYTES)]
  const address = from.text(ADDRESS_BYTES)
  return from.failed ? undefined : { cluster, clusterId, address }
}

/** Why the two must not speak, undefined when they may. */
export function objection(own: Introduction, other: Introduction): string | undefined {
  if (own.cluster !== other.cluster)
    return `this is the cluster ${own.cluster}, and not ${other.cluster}`
  if (own.clusterId === other.clusterId || own.clusterId === '' || other.clusterId === '')
    return undefined
  const [ours, theirs] = [own.clusterId.slice(0, 12), other.clusterId.slice(0, 12)]
  return `this is the ring ${ours} of ${own.cluster}, and not ${theirs}`
}
