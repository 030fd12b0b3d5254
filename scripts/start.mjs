/**
 * `npm start`: a real cluster on this machine. Installs and builds what is missing, then runs
 * `murmur local up` until it ends by itself or is told to end.
 */
import './node-version.mjs'
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { build } from './build.mjs'
import { install } from './install.mjs'
import { root } from './run.mjs'

/** Ctrl-C comes twice, from the terminal and from npm: what comes within this time is one wish. */
const SAME_WISH_MS = 1_000

install()
if (await build({ library: false })) follow(['local', 'up', '--watch', '--dir', '.murmur'])
else {
  console.error('The build failed: see above.')
  process.exitCode = 1
}

/**
 * Runs the command with the user's further arguments and ends as it ends. It runs in a group of its
 * own, so that a signal reaches it only from here, and once.
 *
 * @param {readonly string[]} args
 */
function follow(args) {
  const all = ['dist/murmur.js', ...args, ...process.argv.slice(2)]
  const detached = process.platform !== 'win32'
  const child = spawn(process.execPath, all, { cwd: root, stdio: 'inherit', detached })
  let last = -Infinity
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      const now = performance.now()
      if (now - last > SAME_WISH_MS) child.kill(signal)
      last = now
    })
  }
  process.on('SIGWINCH', () => child.kill('SIGWINCH'))
  child.on('error', (error) => {
    console.error(`The cluster could not be started: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) =>
    process.exit(code ?? 128 + constants.signals[signal ?? 'SIGKILL']),
  )
}
