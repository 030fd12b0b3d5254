/** The command `murmur`: its arguments, this process, an exit code. */
import { runLean } from '../agent/lean.js'
import { codeOf, FAILED, unforeseen } from './failure.js'
import { run } from './run.js'
import { ownSurroundings } from './surroundings.js'

// Whoever reads the output may stop reading (`murmur events | head`): that is no failure.
process.stdout.on('error', (error) => {
  if (codeOf(error) === 'EPIPE') process.exit(0)
  throw error
})

process.on('uncaughtException', (error) => {
  process.stderr.write(unforeseen(error))
  process.exit(FAILED)
})

if (process.argv[2] === 'agent') runLean()
process.exitCode = await run(process.argv.slice(2), ownSurroundings())
