/**
 * Everything that has to be right before a change is believed: `npm test`, lint, format, unused
 * code. The last line counts what passed and what failed.
 */
import './node-version.mjs'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildBook } from './book.mjs'
import { MISSING } from './mdbook.mjs'
import { tool } from './run.mjs'
import { failures, test } from './test.mjs'

/**
 * The part of jest's result that is read here.
 *
 * @typedef {{
 *   numPassedTests: number,
 *   numFailedTests: number,
 *   numRuntimeErrorTestSuites: number
 * }} Result
 */

const folder = mkdtempSync(join(tmpdir(), 'murmur-check-'))
const report = join(folder, 'jest.json')

const checks = await test(['--ci', '--json', `--outputFile=${report}`])
const jest = checks.pop()
checks.push({ name: 'eslint', ...(await tool('eslint', ['.'])) })
checks.push({ name: 'prettier', ...(await tool('prettier', ['--check', '.'])) })
checks.push({ name: 'knip', ...(await tool('knip', [])) })
const book = await buildBook()
if (book === 'no mdbook') console.log(`The book is not built. ${MISSING}`)
else checks.push({ name: 'book', ok: book === 'built', text: '' })

const tests = counted(report, jest?.ok === true)
rmSync(folder, { recursive: true, force: true })
const passed = tests.passed + checks.filter((check) => check.ok).length
const failed = tests.failed + checks.filter((check) => !check.ok).length
console.log(`\n${closing(jest?.text ?? '')}`)
if (failed > 0) console.log(failures(jest === undefined ? checks : [...checks, jest]))
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

/**
 * What jest's own result says. A suite that could not run counts as one failure, and so does a jest
 * that failed for any other reason, left no result or ran no test at all.
 *
 * @param {string} path
 * @param {boolean} ok whether jest ended well
 */
function counted(path, ok) {
  try {
    const result = /** @type {Result} */ (JSON.parse(readFileSync(path, 'utf8')))
    const failed = result.numFailedTests + result.numRuntimeErrorTestSuites
    const odd = failed === 0 && (!ok || result.numPassedTests === 0)
    return { passed: result.numPassedTests, failed: odd ? 1 : failed }
  } catch {
    return { passed: 0, failed: 1 }
  }
}

/**
 * @param {string} text what jest wrote
 * @returns {string} its closing lines
 */
function closing(text) {
  const from = text.lastIndexOf('Test Suites:')
  return from < 0 ? 'jest did not come to an end' : text.slice(from).trimEnd()
}
