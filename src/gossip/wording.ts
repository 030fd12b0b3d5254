/**
 * A message in words, for traces and scripts: who is meant instead of tags, and what is told on the
 * way between braces.
 */
import type { Claim, Introduction, Rumor } from './claim.js'
import { NOBODY, type Tag } from './identity.js'
import type { Body, Message, RowsPart, Want } from './message.js'
import { isGone } from './precedence.js'

/** What a reader calls things that are numbers on the wire. */
export interface Legend {
  readonly tag: (tag: Tag) => string
  readonly sequence: (sequence: number) => string
}

export function messageWords(message: Message, legend: Legend): string {
  const asks = message.whoAreYou ? ', who are you?' : ''
  const told = [
    ...(message.clusterName === '' ? [] : [`of cluster ${message.clusterName}`]),
    ...message.rumors.map((rumor) => rumorWords(rumor, legend)),
    ...(message.buckets.length === 0 ? [] : [`the sums of ${message.buckets.length} buckets`]),
    ...(message.rows === null ? [] : [rowsWords(message.rows, legend)]),
    ...message.wants.map((want) => wantWords(want, legend)),
  ]
  const rest = told.length === 0 ? '' : ` { ${told.join('; ')} }`
  return `${bodyWords(message.body, legend)}${asks}${rest}`
}

function bodyWords(body: Body, { tag, sequence }: Legend): string {
  switch (body.kind) {
    case 'ping': {
      const whom = body.target === NOBODY ? 'whoever is there' : tag(body.target)
      return `ping ${sequence(body.seq)} for ${whom}`
    }
    case 'ack':
    case 'nack':
    case 'mistaken':
      return `${body.kind} ${sequence(body.seq)}`
    case 'relay':
      return `relay ${sequence(body.seq)}: ping ${tag(body.target)}, nack after ${body.patience} ms`
    case 'relayed':
      return `relayed ${sequence(body.seq)}: ${tag(body.target)} answers at ${body.incarnation}`
    case 'gossip':
      return 'gossip'
    case 'foreign':
      return `foreign: this is cluster ${body.cluster}`
  }
}

function rumorWords(rumor: Rumor, legend: Legend): string {
  switch (rumor.kind) {
    case 'claim':
      return claimWords(rumor, legend)
    case 'introduction':
      return introductionWords(rumor)
    case 'fact': {
      const value = rumor.value === null ? 'is gone' : `has ${rumor.value.length} bytes`
      return `${legend.tag(rumor.about)}: fact ${rumor.key} ${value}, version ${rumor.version}`
    }
    case 'version':
      return `${legend.tag(rumor.about)}: facts up to version ${rumor.version} are to be had`
  }
}

function claimWords({ about, standing, incarnation, accusers }: Claim, legend: Legend): string {
  const by = accusers.map((accuser) => legend.tag(accuser.by))
  const said = by.length === 0 ? '' : `, says ${by.join(' and ')}`
  return `${legend.tag(about)} is ${standing} at ${incarnation}${said}`
}

function introductionWords({ identity, standing, incarnation }: Introduction): string {
  const { name, address, generation } = identity
  const state = isGone(standing) ? standing : `${standing} at ${incarnation}`
  return `meet ${name} of ${address}, generation ${generation}, ${state}`
}

function rowsWords({ fold, told, rows }: RowsPart, { tag }: Legend): string {
  const whom = rows.map((row) => tag(row.about)).join(', ')
  return `${told.length} of ${fold} buckets hold ${whom === '' ? 'nobody' : whom}`
}

function wantWords({ about, after }: Want, { tag }: Legend): string {
  return `wants ${tag(about)}${after === 0 ? '' : `, facts after version ${after}`}`
}
