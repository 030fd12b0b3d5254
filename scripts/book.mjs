/**
 * `npm run book` builds the book into dist/book with the real mdBook; `npm run book:serve` serves it on
 * port 3000 and rebuilds what changes.
 */
import './node-version.mjs'
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { install } from './install.mjs'
import { bundleFigures } from './interactive.mjs'
import { MISSING, mdbook } from './mdbook.mjs'
import { root } from './run.mjs'

/**
 * Builds the book. A warning is a failure: mdBook ends well whatever it warns of.
 *
 * @returns {Promise<'built' | 'faulty' | 'no mdbook'>}
 */
export async function buildBook() {
  const program = mdbook(process.env)
  if (program === null) return 'no mdbook'
  await bundleFigures()
  const { status, stdout, stderr } = spawnSync(program, ['build', resolve(root, 'book')], {
    encoding: 'utf8',
  })
  const said = `${stdout}${stderr}`
  process.stderr.write(said)
  return status === 0 && !complains(said) ? 'built' : 'faulty'
}

/**
 * @param {string} log of mdBook
 * @returns {boolean} whether it warns of anything
 */
export function complains(log) {
  return /^\s*(\S+ +)?(\[?(WARN|ERROR)\]?)\b/m.test(log)
}

async function serve() {
  const program = mdbook(process.env)
  if (program === null) return 1
  await bundleFigures()
  const args = ['serve', resolve(root, 'book'), '--port', '3000', ...process.argv.slice(3)]
  return spawnSync(program, args, { stdio: 'inherit' }).status ?? 1
}

if (
  process.argv[1] !== undefined &&
  resolve(process.argv[1]) === resolve(root, 'scripts/book.mjs')
) {
  install()
  if (process.argv[2] === 'serve') process.exitCode = await serve()
  else {
    const result = await buildBook()
    if (result === 'built') console.log('The book is in dist/book: open dist/book/index.html.')
    process.exitCode = result === 'built' ? 0 : 1
  }
  if (process.exitCode !== 0 && mdbook(process.env) === null) console.error(MISSING)
}
