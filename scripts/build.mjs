/**
 * Builds dist/: the command as a bundle, the library as plain modules. A part whose inputs have not
 * changed is skipped.
 */
import './node-version.mjs'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from 'node:fs'
import { rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { bundleOptions } from './bundle.mjs'
import { install } from './install.mjs'
import { root, tool } from './run.mjs'

const dist = join(root, 'dist')
const inputs = [
  'src',
  'simulations',
  'scripts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
]
const HOUR = 3_600_000

/**
 * @param {{ library: boolean }} parts the command is always built, the library if wanted
 * @returns {Promise<boolean>} whether all went well
 */
export async function build(parts) {
  const hash = digest(inputs.map((name) => join(root, name)))
  const bundled = await once('bundle', hash, buildBundle)
  const libraried = !parts.library || (await once('library', hash, buildLibrary))
  return bundled && libraried
}

async function buildBundle() {
  const esbuild = await import('esbuild')
  const threads = { 'swarm-worker': 'src/cli/simulate/swarm/worker.ts' }
  const result = await esbuild.build(bundleOptions('src/cli/main.ts', threads)).catch(() => null)
  if (result === null) return false
  const files = result.outputFiles
  const main = join(dist, 'murmur.js')
  // Chunks first, the command last, each by a rename: who starts it meanwhile gets a whole one.
  for (const file of files.filter((each) => each.path !== main)) replace(file.path, file.text)
  for (const file of files.filter((each) => each.path === main)) replace(main, file.text, 0o755)
  forget(new Set(files.map((file) => file.path)))
  return true
}

async function buildLibrary() {
  // Types are checked by `npm test`; here they are only written down.
  const done = await tool('tsc', ['-p', 'tsconfig.build.json', '--noCheck'])
  return done.ok && existsSync(join(dist, 'index.js')) && existsSync(join(dist, 'index.d.ts'))
}

/**
 * Does a part of the work unless its inputs are those of the last time it went well.
 *
 * @param {string} part
 * @param {string} hash
 * @param {() => Promise<boolean>} work
 */
async function once(part, hash, work) {
  const stamp = join(dist, `.${part}`)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return true
  rmSync(stamp, { force: true })
  const done = await work()
  if (done) replace(stamp, hash)
  return done
}

/**
 * @param {string} path
 * @param {string} text
 * @param {number} [mode]
 */
function replace(path, text, mode = 0o644) {
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, text)
  chmodSync(draft, mode)
  renameSync(draft, path)
}

/**
 * Removes the chunks of earlier builds, but not at once: a running agent may still load one.
 *
 * @param {Set<string>} current
 */
function forget(current) {
  for (const path of filesUnder(join(dist, 'chunks'))) {
    const old = statSync(path).mtimeMs < Date.now() - HOUR
    if (old && !current.has(path)) rmSync(path)
  }
}

/**
 * One hash over the names and contents of files and folders.
 *
 * @param {readonly string[]} paths
 */
function digest(paths) {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(filesUnder)) {
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update('\0')
  }
  return hash.digest('hex')
}

/**
 * @param {string} path a file, a folder, or nothing at all
 * @returns {string[]} the files there, in a fixed order
 */
function filesUnder(path) {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)))
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === join(root, 'scripts/build.mjs')) {
  install()
  process.exitCode = (await build({ library: true })) ? 0 : 1
}
