/**
 * Makes docs/figures/*.svg anew by the simulations themselves; the same code gives the same bytes:
 * `npm run build && node docs/figures.mjs`, a few minutes. Each figure carries its command.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const only = process.argv.slice(2)

/** What each figure shows: a size at which its point is seen, and the protocols to compare with. */
const figures = [
  'convergence --compare none',
  'bootstrap --nodes 50 --spread 5000 --compare swim',
  'detection --nodes 50 --crash tenth',
  'loss --nodes 30',
  'stall --nodes 48 --stalled 12 --stop 8192 --span 60000',
  'flipflop --nodes 50 --faulty 10 --fault egress',
  'partition --nodes 30 --compare swim',
  'churn --nodes 30 --compare swim',
  'rolling --nodes 12 --compare swim',
  'wan --nodes 30 --compare none',
  'small',
]

mkdirSync(join(root, 'docs/figures'), { recursive: true })
for (const line of figures) {
  const words = line.split(' ')
  const [name = ''] = words
  if (only.length > 0 && !only.includes(name)) continue
  const file = `docs/figures/${name}.svg`
  const murmur = join(root, 'dist/murmur.js')
  const args = [murmur, 'simulate', ...words, '--seed', '7', '--figure', file]
  process.stdout.write(execFileSync(process.execPath, args, { cwd: root }))
}
