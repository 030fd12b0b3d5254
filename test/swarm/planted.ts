/**
 * Bugs to plant in the protocol, one at a time: each is one change of one file of src/gossip, of
 * the kind that real protocols have had. They exist only in copies that are bundled for a test.
 */
export interface Planted extends Change {
  /** What is wrong with the protocol then. */
  readonly bug: string
  /** Where two pieces guard the same thing, both are taken out. */
  readonly also?: readonly Change[]
}

export interface Change {
  /** Of src/gossip, or with its folder under src. */
  readonly file: string
  /** Stands in the file exactly once. */
  readonly right: string
  readonly wrong: string
}

export const planted: readonly Planted[] = [
  {
    bug: 'an accusation is heard and not refuted',
    file: 'life.ts',
    right: `members.set(SELF, 'alive', claim.incarnation + 1, now)`,
    wrong: ``,
  },
  {
    bug: 'a refutation is believed without being newer',
    file: 'precedence.ts',
    right: `alive: row('higher', 'higher', 'higher', 'never', 'never', 'never')`,
    wrong: `alive: row('higher', 'as high', 'as high', 'never', 'never', 'never')`,
  },
  {
    bug: 'who is alive outranks who left',
    file: 'precedence.ts',
    right: `alive: row('higher', 'higher', 'higher', 'never', 'never', 'never')`,
    wrong: `alive: row('higher', 'higher', 'higher', 'as high', 'never', 'never')`,
  },
  {
    bug: 'each failed probe restarts the suspicion',
    file: 'judge.ts',
    right: `if (this.members.standing(row) === 'suspect') this.confirm(row, [by], now)`,
    wrong: `if (this.members.standing(row) === 'suspect') this.parts.suspicions.start(row, now)
    if (this.members.standing(row) === 'suspect') this.confirm(row, [by], now)`,
  },
  {
    bug: 'what others relay is taken as a sign of life',
    file: 'judge.ts',
    right: `if (same && held.standing === 'suspect') return`,
    wrong: `if (held.standing !== 'alive' && claim.standing === 'alive') return this.revive(row, claim.incarnation, now, 'heard')
    if (same && held.standing === 'suspect') return`,
  },
  {
    bug: 'strangers are believed at second hand',
    file: 'judge.ts',
    right: `if (isPresent(standing) && firstHand) return this.admit(told, now)`,
    wrong: `if (isPresent(standing)) return this.admit(told, now)`,
  },
  {
    bug: 'a tombstone is dropped by age, whoever may lack it',
    file: 'tombstones.ts',
    right: `if (this.members.agreed(other) < revision) return false`,
    wrong: ``,
  },
  {
    bug: 'a banned host comes back in a new generation',
    file: 'judge.ts',
    right: `if (isBanned(this.members.standing(row))) return`,
    wrong: ``,
  },
  {
    bug: 'a claim of an older generation is accepted',
    file: 'judge.ts',
    right: `if (earlier) return`,
    wrong: `if (earlier) return this.meetNew(told, firstHand, now)`,
  },
  {
    bug: 'a ban is of one generation, and tables differ for ever',
    file: 'judge.ts',
    right: `if (identity.generation <= held.identity.generation) {`,
    wrong: `if (identity.generation <= held.identity.generation || isBanned(held.standing)) {`,
  },
  {
    bug: 'in a cluster of two nobody is ever found dead',
    file: 'suspicion.ts',
    right: `if (wanted === 0) return least`,
    wrong: `if (wanted === 0) return Infinity`,
  },
  {
    bug: 'a repair leaves out one key',
    file: 'fact-set.ts',
    right: `if (fact.version > version) claims`,
    wrong: `if (fact.version > version && fact.key !== 'b') claims`,
  },
  {
    bug: 'tables compare equal whatever facts they hold',
    file: 'members.ts',
    right: `gone ? 0 : this.version(row)`,
    wrong: `0`,
  },
  {
    bug: 'the generation is spoken before it is stored',
    file: 'life.ts',
    right: `this.awaited.add(outbox.persist(keys.generation, numberBytes(this.next.generation)))`,
    wrong: `outbox.persist(keys.generation, numberBytes(this.next.generation))`,
  },
  {
    bug: 'a start in the same second lives the same generation',
    file: 'parts.ts',
    right: `(options.restored?.generation ?? 0) + 1`,
    wrong: `options.restored?.generation ?? 0`,
  },
  {
    bug: 'packets do not carry the incarnation of their sender',
    file: 'post.ts',
    right: `incarnation: this.members.ownIncarnation`,
    wrong: `incarnation: 0`,
  },
  {
    bug: 'a nack is taken for silence',
    file: 'prober.ts',
    right: `probe.unheard = probe.unheard.filter((other) => other !== relay)`,
    wrong: ``,
  },
  {
    bug: 'the verdict comes at a quarter of its time',
    file: 'suspicions.ts',
    right: `suspicion.deadline = suspicion.startedAt + span`,
    wrong: `suspicion.deadline = suspicion.startedAt + span / 4`,
  },
  {
    bug: 'a tombstone is not stored when its member was down already',
    file: 'roster.ts',
    right: `    else this.remember(row, now)
    this.parts.counters.add('tombstones.made')`,
    wrong: `    this.parts.counters.add('tombstones.made')`,
  },
  {
    bug: 'a ban is forgotten at a restart',
    file: 'restoring.ts',
    right: `} else recall(member, parts, now)`,
    wrong: `} else if (member.standing === 'down') recall(member, parts, now)`,
  },
  {
    bug: 'who was held down never comes back',
    file: 'judge.ts',
    right: `if (isGone(standing)) return`,
    wrong: `if (isGone(standing) || standing === 'down') return`,
  },
  {
    bug: 'tables that differ are never compared',
    file: 'sync.ts',
    right: `    this.begin(row, 'datagram', now)`,
    wrong: ``,
  },
  {
    bug: 'datagrams leave no room for encryption',
    file: 'post.ts',
    right: `this.datagramLimit = settings.datagram - ENCRYPTION_RESERVE`,
    wrong: `this.datagramLimit = settings.datagram`,
  },
  {
    bug: 'a new generation inherits the facts of the last',
    file: 'members.ts',
    right: `    this.rows.setFacts(row, noFacts, 0)
    this.place(row`,
    wrong: `    this.place(row`,
  },
]
