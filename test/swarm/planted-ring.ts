/**
 * Bugs to plant in the ring and in the data plane, one at a time: each takes out one piece of what
 * keeps rows over ring changes, of the kind that real clusters have lacked. They exist only in
 * copies that are bundled for a test.
 */
import type { Planted } from './planted.js'

export const plantedInRing: readonly Planted[] = [
  {
    bug: 'any one replica is copied, whoever is there first',
    file: 'cluster/data/copy-source.ts',
    right: `if (source !== null && done.has(source)) return { kind: 'copied' }`,
    wrong: `if (done.size > 0) return { kind: 'copied' }
  const near = others.find((hostId) => !isDown(hostId))
  if (near !== undefined) return { kind: 'from', hostId: near }`,
  },
  {
    bug: 'a level is counted over old and new replicas together',
    file: 'cluster/data/coordinator.ts',
    right: `const needs = sets.flatMap((copies) => needsOf(level, copies, outlook.dc))`,
    wrong: `const all = [...new Set(sets.flatMap(({ members }) => members.map(({ id }) => id)))]
    const needs = sets.slice(0, 1).flatMap((copies) =>
      needsOf(level, copies, outlook.dc).map(({ count }) => ({ count, from: all })))`,
  },
  {
    bug: 'a vote is told before it is stored',
    file: 'cluster/acceptor.ts',
    right: `    this.replies.set(ticket, { to, body, vote: answer.vote })`,
    wrong: `    this.replies.set(ticket, { to, body, vote: answer.vote })
    this.outbox.say(to, body)`,
  },
  {
    bug: 'there is no fence: replicas serve whatever the epoch',
    file: 'cluster/data/fence.ts',
    right: `if (changedSince(history, place, request.epoch))`,
    wrong: `if (request.epoch < 0)`,
  },
  {
    bug: 'the fence lets the previous placement through',
    file: 'cluster/data/fence.ts',
    right: `    if (i < history.length - 1 && !samePlaces(places, later)) return true`,
    wrong: `    if (i < history.length - 2 && !samePlaces(places, later)) return true`,
  },
  {
    bug: 'the old replicas are dropped without a barrier',
    file: 'cluster/plan/stages.ts',
    right: `    const missing = distinct([...behind(held), ...behind(news)])`,
    wrong: `    const missing = distinct([])`,
  },
  {
    bug: 'new copies are read before they were made',
    file: 'cluster/plan/stages.ts',
    right: `!acks.copied(move.id, hostId)`,
    wrong: `!acks.copied(move.id, hostId) && acks.applied(hostId) < 0`,
  },
  {
    bug: 'a cancel goes from the second stage straight back',
    file: 'cluster/plan/stages.ts',
    right: `return { record: atStage(record, move, 'back'), why: \`\${said}: goes back\` }`,
    wrong: `return { record: undo(record, move), why: \`\${said}: cancelled\` }`,
  },
  {
    bug: 'reads go to the new replicas from the beginning',
    file: 'cluster/data/places.ts',
    right: `reads: move.stage === 'read-new' ? news : olds`,
    wrong: `reads: news`,
  },
  {
    bug: 'a write goes to the old replicas alone until the movement is done',
    file: 'cluster/data/places.ts',
    right: `return { writes: [olds, news], reads`,
    wrong: `return { writes: [olds], reads`,
  },
  {
    bug: 'old copies are deleted while the others have not confirmed',
    file: 'cluster/dropping.ts',
    right: `appliedBy(hostId, this.peers, own) >= record.epoch`,
    wrong: `appliedBy(hostId, this.peers, own) >= 0`,
  },
  {
    bug: 'all who live and agree are enough, a majority is not asked for',
    file: 'cluster/record/record.ts',
    right: `return Math.floor(count / 2) + 1`,
    wrong: `return Math.min(count, 1)`,
  },
  {
    bug: 'who stays copies nothing when a range loses a replica',
    file: 'cluster/plan/refill.ts',
    right: `return fewer > 0 && majority(olds.length) - fewer < majority(news.length)`,
    wrong: `return fewer > 99`,
  },
  {
    bug: 'an altered keyspace is written to the old replicas alone',
    file: 'cluster/data/places.ts',
    right: `placementsOf(record, move, keyspace)`,
    wrong: `placementsOf(record, { ...move, alters: null }, keyspace)`,
  },
  {
    bug: 'nobody sees to it that whoever is copied acts on the movement: neither who copies, nor it',
    file: 'cluster/copying.ts',
    right: `return ready.length >= majority(held.length)`,
    wrong: `return ready.length >= 0`,
    also: [
      {
        file: 'cluster/data/copy-permit.ts',
        right: `  if (node.epoch < epoch) return \`this node acts on epoch \${node.epoch} only\`
  return node.isUnderWay(move) ? undefined :`,
        wrong: `  return node.isUnderWay(move) || node.epoch > 0 ? undefined :`,
      },
    ],
  },
  {
    bug: 'nobody looks at the record again once a row is on the disk: neither replica nor coordinator',
    file: 'cluster/data/replica.ts',
    right: `this.answer(waiting, isServed ? answer : answerOf(ruling))`,
    wrong: `this.answer(waiting, isServed ? answer : answer)`,
    also: [
      {
        file: 'cluster/data/coordinator.ts',
        right: `if (outdated ? epoch >= this.goal : !this.stands(current)) this.attempt(now)`,
        wrong: `if (outdated && epoch >= this.goal) this.attempt(now)`,
      },
    ],
  },
  {
    bug: 'a proposer goes on with its own value, whatever was accepted before',
    file: 'cluster/ratify/proposer.ts',
    right: `const adopted = highestOf(attempt.promises)`,
    wrong: `const adopted = highestOf(new Map())`,
  },
  {
    bug: 'intents are taken in the order in which they were heard',
    file: 'cluster/plan/plan.ts',
    right: `  return [...intents].sort(
    (a, b) => rank(a) - rank(b) || a.base - b.base || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  )`,
    wrong: `  return [...intents].sort((a, b) => rank(a) - rank(b))`,
  },
  {
    bug: 'a plan is taken again that was made for other acknowledgements',
    file: 'cluster/plan/plans.ts',
    right: `return \`\${ids} \${applied.flat().join()} \${copied.flat().join()}\``,
    wrong: `return \`\${ids} \${applied.length} \${copied.length}\``,
  },
]
