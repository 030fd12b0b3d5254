/** One event of an agent as one line: when, what, about whom, and what there is to know beside. */
import * as v from 'valibot'
import { isHostId } from '../../gossip/identity.js'
import type { Colours } from '../surroundings.js'
import { plain } from '../surroundings.js'
import { phiText } from './phi.js'
import { clockTime } from './time.js'

const schema = v.looseObject({
  time: v.string(),
  level: v.nullish(v.string()),
  event: v.string(),
  node: v.nullish(v.string()),
  agent: v.nullish(v.string()),
})

export type AgentEvent = v.InferOutput<typeof schema>

/** undefined for what is no event of an agent. */
export function readEvent(data: string): AgentEvent | undefined {
  try {
    const read = v.safeParse(schema, JSON.parse(data))
    return read.success ? read.output : undefined
  } catch {
    return undefined
  }
}

const KIND_WIDTH = 15
const NODE_WIDTH = 6

export function eventLine(event: AgentEvent, colours: Colours = plain): string {
  const time = Date.parse(event.time)
  const when = Number.isNaN(time) ? event.time : clockTime(time)
  const kind = paintFor(event.event, colours)(event.event.padEnd(KIND_WIDTH))
  // What an agent says of itself needs no name, unless it says it as a member.
  const ofItself = event.node === event.agent && !event.event.startsWith('member.')
  const who = (ofItself ? '' : (event.node ?? '')).padEnd(NODE_WIDTH)
  return `${colours.dim(when)}  ${kind}  ${who}  ${details(event)}`.trimEnd()
}

/** The same without time and columns: `member.down n3 accused by n1 (phi 8.1)`. */
export function eventWords(event: AgentEvent): string {
  return [event.event, event.node ?? '', details(event)].filter((part) => part !== '').join(' ')
}

function paintFor(kind: string, colours: Colours): (text: string) => string {
  switch (kind) {
    case 'member.up':
    case 'member.refuted':
      return colours.green
    case 'member.suspect':
      return colours.yellow
    case 'member.down':
    case 'cut.detected':
      return colours.red
    default:
      return colours.bold
  }
}

/** Said already, or of use to programs only. */
const UNSAID = new Set(['time', 'level', 'event', 'node', 'hostId', 'agent', 'id'])
/** A member is known by its name; its new generation matters when it comes up. */
const UNSAID_OF_MEMBERS = new Set(['address', 'incarnation'])

const accuser = v.looseObject({ name: v.string(), phi: v.nullish(v.number()) })

function details(event: AgentEvent): string {
  const ofMember = event.event.startsWith('member.')
  const parts = Object.entries(event)
    .filter(([key]) => !UNSAID.has(key) && !(ofMember && UNSAID_OF_MEMBERS.has(key)))
    .filter(([key]) => key !== 'generation' || !ofMember || event.event === 'member.up')
    .map(([key, value]) => detail(key, value))
  return parts.filter((part) => part !== '').join('  ')
}

function detail(key: string, value: unknown): string {
  const text = Array.isArray(value) ? value.map(words).join(', ') : words(value)
  if (text === '') return ''
  return `${key === 'by' ? 'accused by' : key} ${text}`
}

function words(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return isHostId(value) ? value.slice(0, 8) : value
  const named = v.safeParse(accuser, value)
  if (!named.success) return JSON.stringify(value)
  const { name, phi } = named.output
  return phi === null || phi === undefined ? name : `${name} (phi ${phiText(phi)})`
}
