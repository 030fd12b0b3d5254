/** The oldest Node that works, said in one sentence. An old Node must be able to read this file. */
import { readFileSync } from 'node:fs'

const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')

/** What this project says of itself. */
export const manifest = /** @type {{ version: string, engines: { node: string } }} */ (
  JSON.parse(text)
)

/**
 * @param {string} version such as `20.19.0`
 * @returns {string | null} what to tell the user, or null when the version will do
 */
export function complaint(version) {
  const wanted = manifest.engines.node.replace('>=', '')
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number)
  const enough = major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)
  return enough
    ? null
    : `Murmuration needs Node ${wanted} or newer, and this is Node ${version}: please install one.`
}

const problem = complaint(process.versions.node)
if (problem !== null) {
  console.error(problem)
  process.exit(1)
}
