/**
 * An event as a line that a person reads: time, what happened to whom, then the details that
 * matter.
 */
import type { Announcement, Detail } from './saying.js'

export function eventLine(said: Announcement): string {
  const about = said.node === said.agent ? '' : ` ${said.node} (${said.hostId.slice(0, 8)})`
  const details = Object.entries(said.details).map(([key, value]) => ` ${key}=${words(value)}`)
  return `${said.time} ${said.level.padEnd(5)} ${said.event}${about}${details.join('')}`
}

function words(value: Detail): string {
  if (value === null) return '-'
  if (typeof value !== 'object') return spaced(String(value))
  if (isList(value)) return value.length === 0 ? '-' : value.map(words).join(',')
  const { name, phi } = value
  const named = typeof name === 'string' ? spaced(name) : JSON.stringify(value)
  return typeof phi === 'number' ? `${named}(phi ${phi.toFixed(1)})` : named
}

function spaced(text: string): string {
  return /[\s,=]/.test(text) ? JSON.stringify(text) : text
}

function isList(value: Detail): value is readonly Detail[] {
  return Array.isArray(value)
}
