/** A replication as canonical bytes: its datacenters in order of name. */
import type { Reader, Writer } from '../../base/bytes.js'
import { readNumber } from '../../gossip/claim.js'
import type { Factor, Replication } from '../../ring/replication.js'
import { ascending, readFlag, readList, readName, writeFlag, writeList } from './fields.js'

const DATACENTERS_MAX = 1024

export function writeReplication(out: Writer, replication: Replication): void {
  writeFlag(out, replication.kind === 'network')
  if (replication.kind === 'simple') return writeFactor(out, replication.factor)
  const factors = [...replication.factors].sort(([a], [b]) => (a < b ? -1 : 1))
  writeList(out, factors, ([dc, factor]) => {
    out.text(dc)
    writeFactor(out, factor)
  })
}

export function readReplication(from: Reader): Replication {
  if (!readFlag(from)) return { kind: 'simple', factor: readFactor(from) }
  const factors = readList(from, DATACENTERS_MAX, () => [readName(from), readFactor(from)] as const)
  if (!ascending(factors, ([dc]) => dc)) from.fail()
  return { kind: 'network', factors: new Map(factors) }
}

function writeFactor(out: Writer, factor: Factor): void {
  out.varint(factor.all)
  out.varint(factor.transient)
}

function readFactor(from: Reader): Factor {
  return { all: readNumber(from), transient: readNumber(from) }
}
