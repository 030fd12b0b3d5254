/** Settings of the cluster, and what all its members understand: metadata, no data moves by it. */
import { canonicalValue, problemOf } from '../cluster-settings.js'
import type { RingRecord } from '../record/record.js'
import { done, refused, vain, type Verdict } from './verdict.js'

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
