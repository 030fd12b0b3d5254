/**
 * Where rows lie beside an agent's state, and whether they are still there: one that has lost them,
 * or does not know of them, must not answer for their ranges.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { HostId } from '../gossip/identity.js'
import { OperatorError } from './failure.js'

export function rowsIn(directory: string): string {
  return join(directory, 'rows')
}

interface Expected {
  /** This agent is to keep rows. */
  readonly kv: boolean
  /** The agent that had this directory last kept some. */
  readonly keptRows: boolean
  readonly hostId: HostId
}

/** @throws {OperatorError} data.forgotten, rows.missing */
export function checkRows(directory: string, { kv, keptRows, hostId }: Expected): void {
  const rows = rowsIn(directory)
  if (!kv && existsSync(rows)) throw forgotten(directory)
  if (kv && keptRows && isEmpty(rows)) throw missing(rows, directory, hostId)
}

function isEmpty(directory: string): boolean {
  return !existsSync(directory) || readdirSync(directory).length === 0
}

function forgotten(directory: string): OperatorError {
  return new OperatorError(
    'data.forgotten',
    `The data directory ${directory} holds rows, and this agent was started without --kv.`,
    `Start it with --kv; if nobody needs these rows any more, move ${directory}/rows away.`,
  )
}

/** A quorum would count its empty answers. */
function missing(rows: string, directory: string, hostId: HostId): OperatorError {
  return new OperatorError(
    'rows.missing',
    `This node kept rows in ${rows}, and nothing is there any more.`,
    `Bring them back (is their disk mounted?); if they are lost, move ${directory} away and ` +
      `start the agent with --replace ${hostId}: the other replicas have its rows.`,
  )
}
