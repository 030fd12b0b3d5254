/** Running other programs: the project's installed tools and npm, with their output shown. */
import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The project's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** Where each tool's program stands under node_modules; Node itself starts it, without a shell. */
const TOOLS = {
  tsc: 'typescript/bin/tsc',
  jest: 'jest/bin/jest.js',
  eslint: 'eslint/bin/eslint.js',
  prettier: 'prettier/bin/prettier.cjs',
  knip: 'knip/bin/knip.js',
}

/** jest's modules run in a vm, which Node still calls experimental. */
const FLAGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']

/**
 * Runs a tool with its output shown as it comes.
 *
 * @param {keyof typeof TOOLS} name
 * @param {readonly string[]} args
 * @returns {Promise<{ ok: boolean, text: string }>} `text` is what it wrote to its error stream
 */
export function tool(name, args) {
  const flags = name === 'jest' ? FLAGS : []
  const path = `${root}node_modules/${TOOLS[name]}`
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...flags, path, ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'pipe'],
      env: colours(process.env),
    })
    let text = ''
    child.stderr.on('data', (/** @type {Buffer} */ chunk) => {
      process.stderr.write(chunk)
      text += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ ok: code === 0, text }))
  })
}

/**
 * Runs a TypeScript program of this project, as it stands.
 *
 * @param {string} path from the project's folder
 * @param {readonly string[]} args
 * @returns {number} its exit code
 */
export function typescript(path, args) {
  const loader = new URL('../node_modules/tsx/dist/loader.mjs', import.meta.url).href
  const all = ['--import', loader, `${root}${path}`, ...args]
  return spawnSync(process.execPath, all, { stdio: 'inherit' }).status ?? 1
}

/**
 * Runs npm: the very one that started this script, where there is one.
 *
 * @param {readonly string[]} args
 * @returns {boolean} whether it succeeded
 */
export function npm(args) {
  const own = process.env['npm_execpath']
  const options = /** @type {const} */ ({ cwd: root, stdio: 'inherit' })
  if (own?.endsWith('.js')) return spawnSync(process.execPath, [own, ...args], options).status === 0
  const shell = process.platform === 'win32'
  return spawnSync('npm', args, { ...options, shell }).status === 0
}

/**
 * A tool whose error stream is read here would believe that nobody looks and drop its colours.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function colours(env) {
  const shown = process.stderr.isTTY && env['NO_COLOR'] === undefined
  return shown ? { ...env, FORCE_COLOR: '1' } : env
}
