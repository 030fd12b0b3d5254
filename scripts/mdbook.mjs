/**
 * Where mdBook is found: on the PATH, or in a cache folder of the user, where `cargo install` puts it
 * once. Nothing is installed into the checkout or beside other programs.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/** The book is written for this one: another may warn of other things. */
const VERSION = '0.5.4'

/** Why there is no mdBook, in one sentence. */
export const MISSING =
  'The book needs mdBook 0.5, which is installed by cargo: install Rust (https://rustup.rs), or put mdbook on the PATH.'

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {string} a folder that outlives the checkout
 */
export function cacheFolder(env) {
  const base =
    process.platform === 'win32'
      ? (env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'))
      : (env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'))
  return join(base, 'murmuration', `mdbook-${VERSION}`)
}

/**
 * @param {string} name of a program
 * @param {string} path folders, as PATH has them
 * @returns {string | null} the first file of that name
 */
export function onPath(name, path) {
  const file = process.platform === 'win32' ? `${name}.exe` : name
  const folders = path.split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, file)).find((each) => existsSync(each)) ?? null
}

/**
 * @param {string} said by `mdbook --version`
 * @returns {boolean} whether the book can be built by it
 */
export function willDo(said) {
  return /^mdbook v?0\.5\./.test(said)
}

/**
 * The mdBook that is there already.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | null}
 */
export function present(env) {
  const cached = onPath('mdbook', join(cacheFolder(env), 'bin'))
  const places = [onPath('mdbook', env['PATH'] ?? ''), cached]
  return places.find((place) => place !== null && willDo(versionOf(place))) ?? null
}

/**
 * @param {string} program
 * @returns {string}
 */
function versionOf(program) {
  return spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout
}

/**
 * The mdBook that is there, or is installed now: that takes some minutes, once.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | null} null where cargo is missing too, or fails
 */
export function mdbook(env) {
  const found = present(env)
  if (found !== null) return found
  const cargo = onPath('cargo', env['PATH'] ?? '')
  if (cargo === null) return null
  console.error('Installing mdBook with cargo; this takes some minutes, once ...')
  const args = ['install', 'mdbook', '--locked', '--version', VERSION, '--root', cacheFolder(env)]
  const { status } = spawnSync(cargo, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  return status === 0 ? present(env) : null
}
