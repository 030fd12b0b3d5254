/**
 * Which agent a command asks: the one it was told, else one of a local cluster found here, else the
 * usual address.
 */
import { join } from 'node:path'
import { DEFAULT_API, apiUrl } from './api.js'
import { listed } from './local/cluster.js'
import { LOCAL_DIR } from './local/directory.js'
import type { Surroundings } from './surroundings.js'

/**
 * The URL of the agent to ask. `given` is HOST:PORT, a URL, or the name of an agent of the local
 * cluster.
 */
export function targetOf(given: string | undefined, around: Surroundings): string {
  const wanted = given ?? around.env['MURMUR_API'] ?? ''
  if (wanted !== '') return apiUrl(localApi(wanted, around) ?? wanted)
  const first = listed(join(around.cwd, LOCAL_DIR)).find((agent) => agent.running)
  if (first === undefined) return apiUrl(DEFAULT_API)
  if (around.err.terminal) {
    around.err.write(`Asking ${first.name} of the local cluster in ${LOCAL_DIR} (${first.api}).\n`)
  }
  return apiUrl(first.api)
}

/** The first agent of the local cluster here that runs, without a word. */
export function runningTarget(around: Surroundings): string | undefined {
  const first = listed(join(around.cwd, LOCAL_DIR)).find((agent) => agent.running)
  return first === undefined ? undefined : apiUrl(first.api)
}

function localApi(name: string, around: Surroundings): string | undefined {
  if (!/^n\d+$/.test(name)) return undefined
  return listed(join(around.cwd, LOCAL_DIR)).find((agent) => agent.name === name)?.api
}
