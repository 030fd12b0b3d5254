/** Installing what is missing: `npm ci` runs only when node_modules differs from the lock file. */
import { readFileSync } from 'node:fs'
import { npm, root } from './run.mjs'

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} Entry
 * @typedef {Record<string, Entry>} Entries
 */

/** Makes node_modules what the lock file says; ends the process when that fails. */
export function install() {
  const difference = differing(
    entries('package-lock.json'),
    entries('node_modules/.package-lock.json'),
  )
  if (difference === null) return
  console.error(`Installing the dependencies (${difference}) ...`)
  if (npm(['ci', '--include=dev', '--no-fund', '--no-audit'])) return
  console.error('The dependencies could not be installed: see what npm says above, then try again.')
  process.exit(1)
}

/**
 * @param {Entries | null} wanted the lock file's packages
 * @param {Entries | null} present those of node_modules
 * @returns {string | null} the first difference in words, or null when there is none
 */
export function differing(wanted, present) {
  if (wanted === null) return 'there is no lock file'
  if (present === null) return 'none is installed yet'
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue
    const found = present[path]
    if (found === undefined && entry.optional === true) continue
    if (found === undefined) return `${path} is missing`
    const same = found.version === entry.version && found.integrity === entry.integrity
    if (!same) return `${path} is not the one of the lock file`
  }
  return null
}

/**
 * @param {string} path
 * @returns {Entries | null} the packages of a lock file, or null where there is none
 */
function entries(path) {
  try {
    const text = readFileSync(`${root}${path}`, 'utf8')
    return /** @type {{ packages: Entries }} */ (JSON.parse(text)).packages
  } catch {
    return null
  }
}
