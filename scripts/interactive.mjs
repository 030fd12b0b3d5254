/** The figures of the book that one can play with: the project's own code, bundled for a browser. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.mjs'

const folder = join(root, 'book/interactive')

/** @returns {Promise<void>} when every figure stands in book/src/interactive, where mdBook copies it */
export async function bundleFigures() {
  const { build } = await import('esbuild')
  const entries = readdirSync(folder).filter((name) => name.endsWith('-figure.ts'))
  await build({
    entryPoints: entries.map((name) => join(folder, name)),
    outdir: join(root, 'book/src/interactive'),
    absWorkingDir: root,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    minify: true,
    logLevel: 'warning',
  })
}
