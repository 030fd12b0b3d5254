/**
 * The live picture of a cluster, made for the room there is: title, status table, last events, and
 * at the foot what to do next. When rows are few, events give way first.
 */
import type { Seen } from '../terminal/watching.js'
import type { Colours } from '../surroundings.js'
import { visibleLength } from '../terminal/clip.js'
import { eventLine } from './event.js'
import { statusLines } from './status.js'

export interface Picture {
  readonly title: string
  readonly seen: Seen
  readonly names: boolean
  /** Shown in place of the table while there is no status. */
  readonly waiting?: string
  readonly foot: readonly string[]
}

const LEAST_EVENTS = 1

export function pictureLines(
  picture: Picture,
  columns: number,
  rows: number,
  colours: Colours,
): string[] {
  const head = [colours.bold(picture.title), '']
  const table = tableFor(picture, columns, colours)
  const trouble = troubleLines(picture, colours)
  const foot = footFor(picture, rows - head.length - table.length - trouble.length)
  const room = rows - head.length - table.length - trouble.length - foot.length - 2
  const events = room < 1 ? [] : eventLines(picture.seen, room, colours)
  return [...head, ...table, ...trouble, ...events, ...foot]
}

function tableFor(picture: Picture, columns: number, colours: Colours): string[] {
  const { status } = picture.seen
  if (status === undefined) return [picture.waiting ?? 'Asking ...']
  const look = { names: picture.names, colours }
  const full = statusLines(status, look)
  const fits = full.every((line) => visibleLength(line.trimEnd()) <= columns)
  return fits ? full : statusLines(status, { ...look, short: true })
}

function troubleLines(picture: Picture, colours: Colours): string[] {
  const { trouble, status } = picture.seen
  return trouble === undefined || status === undefined
    ? []
    : ['', colours.yellow(`Out of date: ${trouble.split(': ')[0] ?? trouble}`)]
}

/** The foot, unless it would leave no room for a few events. */
function footFor(picture: Picture, room: number): readonly string[] {
  const whole = picture.foot.length + 1 + LEAST_EVENTS + 2 <= room
  return whole ? ['', ...picture.foot] : picture.foot.slice(-1)
}

function eventLines(seen: Seen, room: number, colours: Colours): string[] {
  if (seen.events.length === 0) return []
  const lines = seen.events.slice(-room).map((event) => eventLine(event, colours))
  return ['', colours.bold('Last events'), ...lines]
}
