/**
 * Who outranks whom: the whole precedence rule of claims about one generation of one node (SWIM
 * section 4.2, with leaving and banning added). A higher generation outranks all of it, except that
 * a ban is for ever.
 */
import type { Incarnation } from './identity.js'

/** In the order of their codes on the wire. */
export const standings = ['alive', 'suspect', 'down', 'left', 'removed', 'replaced'] as const

/**
 * removed and replaced ban the host id for ever; left ends one generation; the rest can be
 * disputed.
 */
export type Standing = (typeof standings)[number]

/** What the incarnation heard must be, against the one held, for the claim to take its place. */
type Needs = 'higher' | 'as high' | 'any' | 'never'

/** rule[heard][held] */
const rule: Record<Standing, Record<Standing, Needs>> = {
  alive: row('higher', 'higher', 'higher', 'never', 'never', 'never'),
  suspect: row('as high', 'higher', 'higher', 'never', 'never', 'never'),
  down: row('as high', 'as high', 'higher', 'never', 'never', 'never'),
  left: row('any', 'any', 'any', 'never', 'never', 'never'),
  removed: row('any', 'any', 'any', 'any', 'never', 'any'),
  replaced: row('any', 'any', 'any', 'any', 'never', 'never'),
}

function row(
  alive: Needs,
  suspect: Needs,
  down: Needs,
  left: Needs,
  removed: Needs,
  replaced: Needs,
): Record<Standing, Needs> {
  return { alive, suspect, down, left, removed, replaced }
}

interface Stated {
  readonly standing: Standing
  readonly incarnation: Incarnation
}

/** Whether a claim heard takes the place of what is held about the same generation. */
export function supersedes(heard: Stated, held: Stated): boolean {
  switch (rule[heard.standing][held.standing]) {
    case 'higher':
      return heard.incarnation > held.incarnation
    case 'as high':
      return heard.incarnation >= held.incarnation
    case 'any':
      return true
    case 'never':
      return false
  }
}

/** Takes part in probing, gossip and quorums of the protocol. */
export function isPresent(standing: Standing): boolean {
  return standing === 'alive' || standing === 'suspect'
}

export function isBanned(standing: Standing): standing is 'removed' | 'replaced' {
  return standing === 'removed' || standing === 'replaced'
}

/** A tombstone: nothing of this generation is believed any more. */
export function isGone(standing: Standing): standing is 'left' | 'removed' | 'replaced' {
  return standing === 'left' || isBanned(standing)
}
