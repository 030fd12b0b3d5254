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
  ],
  project: ['{src,simulations,test,examples,bench}/**/*.ts', 'scripts/**/*.mjs'],
  ignoreExportsUsedInFile: true,
  // Peers of the benchmarks, which load them by name when they are run.
  ignoreDependencies: ['swim', 'consistent-hash', 'hashring', 'cassandra-driver'],
}

export { config as default }
