/** `npm test`: installs and builds what is missing, checks the types, runs jest as asked. */
import './node-version.mjs'
import { resolve } from 'node:path'
import { build } from './build.mjs'
import { install } from './install.mjs'
import { root, tool } from './run.mjs'

/**
 * @typedef {{ name: string, ok: boolean, text: string }} Check
 */

/**
 * @param {readonly string[]} jestArgs
 * @returns {Promise<Check[]>} one entry for each thing checked; jest is the last
 */
export async function test(jestArgs) {
  install()
  /** @type {Check[]} */
  const checks = [{ name: 'build', ok: await build({ library: true }), text: '' }]
  checks.push({ name: 'types', ...(await tool('tsc', ['-p', 'tsconfig.json'])) })
  checks.push({ name: 'types of the core', ...(await tool('tsc', ['-p', 'tsconfig.core.json'])) })
  const page = await tool('tsc', ['-p', 'book/interactive/tsconfig.json'])
  checks.push({ name: 'types of the book', ...page })
  checks.push({ name: 'jest', ...(await tool('jest', jestArgs)) })
  return checks
}

/**
 * @param {readonly Check[]} checks
 * @returns {string} what failed, in one line; empty when nothing did
 */
export function failures(checks) {
  const failed = checks.filter((check) => !check.ok).map((check) => check.name)
  return failed.length === 0 ? '' : `Failed: ${failed.join(', ')}.`
}

if (
  process.argv[1] !== undefined &&
  resolve(process.argv[1]) === resolve(root, 'scripts/test.mjs')
) {
  const failed = failures(await test(process.argv.slice(2)))
  if (failed !== '') console.error(failed)
  process.exitCode = failed === '' ? 0 : 1
}
