/** `GET /v1/moves`, `/v1/cluster` and `/v1/doctor`: what is under way, agreed on, and wrong. */
import { validRange, type Setting } from '../../base/settings.js'
import { clusterSettings, settingsIn } from '../../cluster/cluster-settings.js'
import { copiesIn } from '../../cluster/copy-fact.js'
import { diagnose } from '../../cluster/doctor.js'
import { describe } from '../../cluster/plan/begin.js'
import { footprintOf } from '../../cluster/plan/footprint.js'
import { votersOf } from '../../cluster/record/record.js'
import type { MemberView } from '../../gossip/view.js'
import { describeReplication } from '../../ring/replication.js'
import { copyAnswer, dropAnswer } from './copy-answers.js'
import { wallTime } from '../clock.js'
import type { Sources } from './sources.js'

export function movesOf(sources: Sources) {
  const ring = sources.ring()
  const { current } = ring
  const moves = current?.record.moves ?? []
  const copies = copiesIn(sources.view())
  return {
    epoch: current?.record.epoch ?? null,
    frozen: ring.frozen,
    moves: moves.map((move) => ({
      id: move.id,
      what: current === null ? '' : describe(current.record, move),
      stage: move.stage,
      since: move.since,
      share: current === null ? 0 : footprintOf(current.record, move).share,
      waitsFor: ring.holds.find(({ id }) => id === move.id)?.why ?? null,
      copies: copies
        .filter((copy) => copy.move === move.id)
        .map(({ name: node, move: _, ...copy }) => ({ node, ...copy })),
    })),
    mine: ring.copies.map((copy) => copyAnswer(copy, sources)),
    drop: ring.drop === null ? null : dropAnswer(ring.drop, sources),
    cleaned: sources.cleaned(),
    intents: ring.holds
      .filter(({ id }) => moves.every((move) => move.id !== id))
      .map(({ id, why }) => ({ id, why })),
  }
}

/** Agreement is equality of epochs: who holds which record, and what it says. */
export function clusterOf(sources: Sources) {
  const { current, clusterId, peers } = sources.ring()
  const { cluster, members } = sources.view()
  const record = current?.record
  const name = (hostId: string): string =>
    members.find((member) => member.hostId === hostId)?.name ?? hostId
  const versions = new Map<string, { epoch: number; digest: string; nodes: string[] }>()
  for (const { hostId, epoch, digest, present } of peers) {
    if (!present) continue
    const version = versions.get(digest) ?? { epoch, digest, nodes: [] }
    version.nodes.push(name(hostId))
    versions.set(digest, version)
  }
  return {
    cluster,
    clusterId: clusterId === '' ? null : clusterId,
    epoch: record?.epoch ?? null,
    digest: current?.digest ?? null,
    why: record?.why ?? [],
    agreed: versions.size === 1 && [...versions.values()][0]?.digest === current?.digest,
    unreachable: (record?.members ?? [])
      .filter(({ hostId }) => !isThere(members, hostId))
      .map((member) => member.name),
    versions: [...versions.values()].sort((a, b) => b.epoch - a.epoch),
    features: record?.features ?? 0,
    generation: record?.generation ?? 0,
    members: record?.members.length ?? 0,
    voters: record === undefined ? [] : votersOf(record).map((voter) => voter.name),
    banned: (record?.banned ?? []).map(({ name: called, hostId, as, epoch }) => ({
      ...{ name: called, hostId, as, epoch },
    })),
    keyspaces: (record?.keyspaces ?? []).map(({ name: called, replication }) => ({
      name: called,
      replication: describeReplication(replication),
    })),
  }
}

/** Every setting of the cluster: its value, and how it is declared. */
export function configOf(sources: Sources) {
  const record = sources.record()?.record
  const values: Readonly<Record<string, unknown>> = settingsIn(record?.config ?? [])
  const settings = Object.entries<Setting>(clusterSettings).map(([name, setting]) => ({
    name,
    value: values[name],
    default: setting.default,
    values: validRange(setting),
    why: setting.why,
  }))
  return { epoch: record?.epoch ?? null, features: record?.features ?? null, settings }
}

function isThere(members: readonly MemberView[], hostId: string): boolean {
  const found = members.find((member) => member.hostId === hostId)
  return found !== undefined && found.liveness !== 'down'
}

export function doctorOf(sources: Sources) {
  const findings = diagnose(sources.view(), sources.ring(), wallTime())
  return { well: findings.every(({ grave }) => !grave), findings }
}
