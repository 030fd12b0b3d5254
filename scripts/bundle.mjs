/** How the command is bundled: in chunks, and so that a late import means what it means to Node. */
import { manifest } from './node-version.mjs'
import { root } from './run.mjs'

/**
 * Why chunks and not one file: `murmur agent` never needs the tables or the completion, nor the API
 * and the metrics until somebody asks, and text that is not loaded costs nothing. An idle agent on
 * Node 20 has 57 MB RSS and 14 MB private dirty with chunks, 64 and 21 MB as one file. Names are
 * kept, for readable stack traces; they cost 0.3 MB.
 *
 * @param {string} entry the source of the command
 * @param {Record<string, string>} [threads] sources that run in threads of their own, by file name
 * @returns {import('esbuild').BuildOptions & { write: false }}
 */
export function bundleOptions(entry, threads = {}) {
  return {
    entryPoints: { murmur: entry, ...threads },
    outdir: 'dist',
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    minifyWhitespace: true,
    minifySyntax: true,
    // Node reads the maps only when asked to (--enable-source-maps), and coverage needs them.
    sourcemap: true,
    sourcesContent: false,
    write: false,
    logLevel: 'warning',
    define: { MURMUR_VERSION: JSON.stringify(manifest.version) },
    // CommonJS dependencies call `require`, which a module does not have.
    banner: {
      js: [
        '#!/usr/bin/env node',
        "import { createRequire as requireFrom } from 'node:module'",
        'const require = requireFrom(import.meta.url)',
      ].join('\n'),
    },
    plugins: [
      { name: 'late packages', setup: latePackages },
      { name: 'native level', setup: nativeLevel },
    ],
  }
}

/**
 * In a chunk of its own, a CommonJS package offers nothing but its default, where Node finds its
 * names too: `const { ClassicLevel } = await import('classic-level')` would be undefined. So each
 * package that is imported late is imported through a module that names what Node finds.
 *
 * @param {import('esbuild').PluginBuild} build
 */
function latePackages(build) {
  build.onResolve({ filter: /^[^./]/ }, ({ kind, path }) => {
    const late = kind === 'dynamic-import' && !path.startsWith('node:')
    return late ? { path, namespace: 'late' } : null
  })
  build.onLoad({ filter: /.*/, namespace: 'late' }, async ({ path }) => {
    /** @type {object} */
    const found = await import(path)
    const names = Object.keys(found).filter((name) => /^[\w$]+$/.test(name))
    return { contents: `export { ${names.join(', ')} } from '${path}'`, resolveDir: root }
  })
}

/**
 * classic-level looks for its native part beside its own source; from the bundle it must ask where
 * the package stands.
 *
 * @param {import('esbuild').PluginBuild} build
 */
function nativeLevel(build) {
  build.onLoad({ filter: /classic-level[\\/]binding\.js$/ }, () => ({
    loader: 'js',
    contents: `
      const { dirname } = require('node:path')
      const find = require
      const place = dirname(find.resolve('classic-level/package.json'))
      module.exports = require('node-gyp-build')(place)`,
  }))
}
