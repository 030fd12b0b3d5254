/** What waits inside a machine, with the bound of each: nothing may grow with time. */
import { SELF } from './members.js'
import type { Parts } from './parts.js'

export interface Queue {
  readonly name: string
  readonly length: number
  readonly bound: number
}

export function queuesOf(parts: Parts): readonly Queue[] {
  const { contacts, strangers, suspicions, verdicts, rumors, prober, members } = parts
  const rows = members.end
  const others = members.present - (members.isPresent(SELF) ? 1 : 0)
  return [
    { name: 'contacts', length: contacts.size, bound: contacts.bound },
    { name: 'strangers', length: strangers.size, bound: strangers.bound },
    { name: 'suspicions', length: suspicions.size, bound: others },
    { name: 'verdicts passed on', length: verdicts.passing.size, bound: rows },
    { name: 'verdicts held', length: verdicts.final.size, bound: members.count('down') },
    { name: 'rumors', length: rumors.size, bound: rows },
    { name: 'probes', length: prober.size, bound: rows },
  ]
}
