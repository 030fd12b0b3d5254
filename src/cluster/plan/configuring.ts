/** Settings of the cluster, and what all its members understand: metadata, no data moves by it. */
import { canonicalValue, problemOf } from '../cluster-settings.js'
import type { HostId } from '../../gossip/identity.js'
import { memberOf, type RingRecord } from '../record/record.js'
import { done, refused, vain, type Verdict } from './verdict.js'

/** What is left to do where a program is too old for the cluster. */
export const NEWER = 'Run a newer murmur there.'

export function tooOld(name: string, features: number, record: RingRecord): string {
  return `${name} understands features up to ${features}, the cluster uses ${record.features}`
}

/** @param value '' takes the default again */
export function judgeConfigure(record: RingRecord, name: string, value: string): Verdict {
  const problem = problemOf(name, value)
  if (problem !== undefined) return refused(problem, 'See murmur config get for what there is.')
  const usual = canonicalValue(name, '')
  const wanted = canonicalValue(name, value)
  const held = record.config.find((entry) => entry.name === name)?.value ?? usual
  if (held === wanted) return vain(`${name} is ${wanted} already`)
  const others = record.config.filter((entry) => entry.name !== name)
  const entries = wanted === usual ? others : [...others, { name, value: wanted }]
  const config = entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  return done({ ...record, config }, `${name} from ${held} to ${wanted}`)
}

/** After an upgrade of its program, or before a downgrade that the cluster can bear. */
export function judgeUnderstand(record: RingRecord, hostId: HostId, features: number): Verdict {
  const member = memberOf(record, hostId)
  if (member === undefined) return vain(`there is no member ${hostId}`)
  if (member.features === features) return vain(`${member.name} said so already`)
  if (features < record.features) return refused(tooOld(member.name, features, record), NEWER)
  const members = record.members.map((other) => (other === member ? { ...other, features } : other))
  return done({ ...record, members }, `${member.name} understands features up to ${features}`)
}

export function judgeUpgrade(record: RingRecord, features: number): Verdict {
  if (features <= record.features) return vain(`the feature level is ${record.features} already`)
  const old = record.members.find((member) => member.features < features)
  if (old === undefined)
    return done({ ...record, features }, `feature level from ${record.features} to ${features}`)
  return refused(
    `${old.name} understands features up to ${old.features}, not ${features}`,
    `Run a newer murmur on ${old.name} first.`,
  )
}
