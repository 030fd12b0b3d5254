/** Movements, plans and findings as people read them. */
import type {
  ClusterAnswer,
  ConfigAnswer,
  DoctorAnswer,
  RecordAnswer,
  MovesAnswer,
  PreviewAnswer,
} from '../change-answers.js'
import { copyLines } from './copies.js'
import { loadText } from './status.js'
import { tableLines } from './table.js'

export function outlookLines({ verdict, why, plan }: PreviewAnswer): string[] {
  if (plan === null) return [`${verdict === 'waits' ? 'It would wait' : 'Nothing to do'}: ${why}.`]
  const changed = plan.nodes.filter(({ before, after }) => before !== after)
  const rows = changed.map(({ name, before, after }) => [name, percent(before), percent(after)])
  const flows = plan.copies.flatMap(({ keyspace, flows: each }) =>
    each.map(({ from, to, share, bytes }) => {
      return [keyspace, from, to, percent(share), loadText(bytes ?? null)]
    }),
  )
  return [
    `${why}; ${plan.commits} ${plan.commits === 1 ? 'record' : 'records'}.`,
    ...(rows.length === 0 ? [] : ['', ...tableLines([['Node', 'Owns', 'Then'], ...rows])]),
    ...(flows.length === 0
      ? ['', 'No data is copied.']
      : ['', ...tableLines([['Keyspace', 'From', 'To', 'Copied', 'About'], ...flows])]),
    '',
    'Nothing was changed.',
  ]
}

export function movesLines(answer: MovesAnswer): string[] {
  const { epoch, frozen, moves, intents } = answer
  if (epoch === null) return ['There is no ring.']
  const rows = moves.map(({ id, what, stage, since, share, waitsFor }) => {
    return [id, what, stage, String(since), percent(share), waitsFor ?? 'goes on']
  })
  const head = ['Movement', 'What', 'Stage', 'Since', 'Copies', 'Waits for']
  return [
    ...(rows.length === 0 ? ['No movements.'] : tableLines([head, ...rows])),
    ...copyLines(answer),
    ...intents.map(({ id, why }) => `Intent ${id}: ${why}`),
    `Ring epoch ${epoch}${frozen ? ', frozen: no majority of the voters is there' : ''}.`,
  ]
}

export function describeLines(answer: ClusterAnswer): string[] {
  const { cluster, clusterId, epoch, versions, members, voters, banned, keyspaces, why } = answer
  const { features, generation, agreed, unreachable } = answer
  const head = ['Cluster Information:', `\tName: ${cluster}`]
  if (epoch === null) return [...head, '\tRing: none, only gossip']
  return [
    ...head,
    `\tCluster id: ${clusterId ?? ''}`,
    `\tPartitioner: org.apache.cassandra.dht.Murmur3Partitioner`,
    `\tRing epoch: ${epoch} (${why.join('; ')})`,
    `\tMembers: ${members}, voters: ${voters.join(', ')}`,
    `\tFeature level: ${features}${generation === 0 ? '' : `, recovered ${generation} times`}`,
    '\tRecord versions:',
    ...versions.map(
      (each) => `\t\tepoch ${each.epoch} ${each.digest.slice(0, 16)}: [${each.nodes.join(', ')}]`,
    ),
    ...(unreachable.length === 0 ? [] : [`\t\tUNREACHABLE: [${unreachable.join(', ')}]`]),
    `\tAgreement: ${agreed ? 'yes, one epoch' : 'no, more than one record is held'}`,
    ...(banned.length === 0
      ? []
      : ['\tBanned:', ...banned.map(({ name, hostId, as }) => `\t\t${name} ${hostId} ${as}`)]),
    '',
    'Keyspaces:',
    ...keyspaces.map(({ name, replication }) => `\t${name} -> Replication class: ${replication}`),
  ]
}

/** One record as one line: its epoch, the beginning of its digest, and why. */
export function watchLine({ epoch, digest, why, members }: RecordAnswer): string {
  const size = `${members.length} members`
  const head = [String(epoch).padStart(6), digest.slice(0, 12), size.padEnd(11)]
  return [...head, why.join('; ')].join('  ')
}

/** One setting with its reason, or a table of all. */
export function configLines({ epoch, features, settings }: ConfigAnswer): string[] {
  if (epoch === null) return ['There is no ring, so nothing is configured: these are the defaults.']
  const [only] = settings
  if (only !== undefined && settings.length === 1) {
    const usual = only.value === only.default ? 'the default' : `default ${String(only.default)}`
    return [`${only.name} is ${String(only.value)} (${only.values}; ${usual}).`, only.why]
  }
  const rows = settings.map(({ name, value, default: usual, values }) => {
    return [name, String(value), String(usual), values]
  })
  return [
    ...tableLines([['Setting', 'Value', 'Default', 'Values'], ...rows]),
    `Feature level ${String(features)}, ring epoch ${epoch}.`,
  ]
}

export function doctorLines({ findings }: DoctorAnswer): string[] {
  if (findings.length === 0) return ['All is well: nothing blocks or endangers the ring.']
  return findings.flatMap(({ grave, what, next }) => [
    `${grave ? '!!' : ' -'} ${what}`,
    `   ${next}`,
  ])
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(1)}%`
}
