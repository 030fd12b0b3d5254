/**
 * What a keyspace would lack without some nodes: fewer nodes than copies, or fewer racks than
 * copies where there were more. Both are asked about before, for afterwards they only show when a
 * second node fails.
 */
import type { HostId } from '../../gossip/identity.js'
import type { RecordMember, RingRecord } from '../record/record.js'
import type { Replication } from '../../ring/replication.js'

/** One sentence, or undefined when nothing would be lacking. */
export function shortage(record: RingRecord, without: readonly HostId[]): string | undefined {
  const before = record.members.filter(({ tokens }) => tokens.length > 0)
  const after = before.filter(({ hostId }) => !without.includes(hostId))
  for (const { name, replication } of record.keyspaces) {
    for (const [dc, copies] of copiesOf(replication)) {
      const short = lacking(inDc(before, dc), inDc(after, dc), copies)
      if (short !== undefined)
        return `the keyspace ${name} keeps ${copies} copies${dcText(dc)}, ${short}`
    }
  }
  return undefined
}

function lacking(
  before: readonly RecordMember[],
  after: readonly RecordMember[],
  copies: number,
): string | undefined {
  if (after.length < copies && after.length < before.length)
    return `${after.length} nodes would be left`
  const racks = (members: readonly RecordMember[]): number =>
    new Set(members.map(({ dc, rack }) => `${dc}/${rack}`)).size
  const left = racks(after)
  return left < copies && left < racks(before) ? `${left} racks would be left` : undefined
}

function copiesOf(replication: Replication): (readonly [dc: string, copies: number])[] {
  if (replication.kind === 'simple') return [['', replication.factor.all]]
  return [...replication.factors].map(([dc, factor]) => [dc, factor.all] as const)
}

function inDc(members: readonly RecordMember[], dc: string): RecordMember[] {
  return members.filter((member) => dc === '' || member.dc === dc)
}

function dcText(dc: string): string {
  return dc === '' ? '' : ` in ${dc}`
}
