/**
 * Unused files, exports and dependencies.
 *
 * @type {import('knip').KnipConfig}
 */
const config = {
  entry: [
    'src/index.ts',
    'src/cli/main.ts',
    'src/cli/simulate/swarm/worker.ts',
    'scripts/*.mjs',
    'examples/**/*.ts',
    'bench/*.ts',
    'book/workshop/{check,lesson,record}.ts',
    'book/interactive/*-figure.ts',
  ],
  project: ['{src,simulations,test,examples,bench,book}/**/*.ts', 'scripts/**/*.mjs'],
  ignoreExportsUsedInFile: true,
  // Peers of the benchmarks, which load them by name when they are run; axe-core is read as text.
  ignoreDependencies: ['swim', 'consistent-hash', 'hashring', 'cassandra-driver', 'axe-core'],
}

export { config as default }
