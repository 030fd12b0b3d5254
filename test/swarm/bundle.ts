/**
 * The thread of the swarm as one file: of the protocol as it stands, or of a copy with a bug in it.
 */
import { build, type Plugin } from 'esbuild'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Planted } from './planted.js'

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

function plant({ bug, file, right, wrong }: Planted): Plugin {
  return {
    name: bug,
    setup: (bundle) => {
      bundle.onLoad(
        { filter: new RegExp(`src/${file.includes('/') ? file : `gossip/${file}`}$`) },
        ({ path }) => {
          const parts = readFileSync(path, 'utf8').split(right)
          if (parts.length !== 2) throw new Error(`${bug}: ${parts.length - 1} places in ${file}`)
          return { contents: parts.join(wrong), loader: 'ts' }
        },
      )
    },
  }
}
