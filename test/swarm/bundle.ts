/**
 * The thread of the swarm as one file: of the protocol as it stands, or of a copy with a bug in it.
 */
import { build, type Plugin } from 'esbuild'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Change, Planted } from './planted.js'

/** @returns where the module is */
export async function bundleWorker(folder: string, name: string, bug?: Planted): Promise<URL> {
  const outfile = join(folder, `${name}.mjs`)
  await build({
    entryPoints: ['src/cli/simulate/swarm/worker.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    plugins: bug === undefined ? [] : [plant(bug)],
  })
  return pathToFileURL(outfile)
}

export function plant({ bug, also = [], ...first }: Planted): Plugin {
  const changes = [first, ...also]
  return {
    name: bug,
    setup: (bundle) => {
      for (const file of new Set(changes.map((change) => pathOf(change))))
        bundle.onLoad({ filter: new RegExp(`src/${file}$`) }, ({ path }) => {
          const here = changes.filter((change) => pathOf(change) === file)
          return { contents: here.reduce(changed, readFileSync(path, 'utf8')), loader: 'ts' }
        })
    },
  }
}

function pathOf({ file }: Change): string {
  return file.includes('/') ? file : `gossip/${file}`
}

function changed(text: string, { file, right, wrong }: Change): string {
  const parts = text.split(right)
  if (parts.length !== 2) throw new Error(`${parts.length - 1} places in ${file}: ${right}`)
  return parts.join(wrong)
}
