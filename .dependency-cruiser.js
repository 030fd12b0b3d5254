/**
 * The floors: an import points to a lower floor or to its own folder, never up, never sideways and
 * never in a circle. Types count as imports too.
 */

/** For each folder, what it may import besides itself. */
const floors = {
  'src/base': [],
  'src/gossip': ['src/base'],
  'src/ring': ['src/base'],
  'src/cluster': ['src/base', 'src/gossip', 'src/ring'],
  'src/agent': ['src/base', 'src/gossip', 'src/ring', 'src/cluster'],
  'src/dashboard': ['src/base', 'src/gossip', 'src/ring', 'src/cluster'],
  simulations: ['src/base', 'src/gossip', 'src/ring', 'src/cluster'],
  'src/cli': [
    'src/base',
    'src/gossip',
    'src/ring',
    'src/cluster',
    'src/agent',
    'src/dashboard',
    'simulations',
  ],
}

const core = '^src/(base|gossip|ring|cluster)/'

/**
 * @param {string} folder
 * @param {readonly string[]} below
 * @returns {import('dependency-cruiser').IRegularForbiddenRuleType}
 */
function floor(folder, below) {
  return {
    name: `floor of ${folder}`,
    comment: `${folder} imports only itself${below.map((each) => `, ${each}`).join('')}`,
    severity: 'error',
    from: { path: `^${folder}/` },
    to: {
      dependencyTypesNot: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'core'],
      pathNot: [`^(${[folder, ...below].join('|')})/`, 'node_modules'],
    },
  }
}

/** @type {import('dependency-cruiser').IRegularForbiddenRuleType[]} */
const forbidden = [
  ...Object.entries(floors).map(([folder, below]) => floor(folder, below)),
  {
    name: 'no circle',
    comment: 'two files that need each other are one idea, or lack a third below them',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no operating system in the core',
    comment: 'floors 0 to 2 have no clock, no socket and no disk',
    severity: 'error',
    from: { path: core },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'one package in the core',
    comment: 'floors 0 to 2 use @noble/hashes and no other package',
    severity: 'error',
    from: { path: core },
    to: { path: 'node_modules', pathNot: 'node_modules/@noble/hashes/' },
  },
  {
    name: 'no development package at run time',
    comment: 'what ships imports only what is installed with it',
    severity: 'error',
    from: { path: '^src/' },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'nothing imports the public face from inside',
    comment:
      'src/index.ts gathers names for other programs; inside, import the file that has the name',
    severity: 'error',
    from: { path: '^(src|simulations)/' },
    to: { path: '^src/index[.]ts$' },
  },
  {
    name: 'examples use the public face',
    comment: 'an example imports what any other program could import',
    severity: 'error',
    from: { path: '^examples/' },
    to: { path: '^(src|simulations|test|bench)/', pathNot: '^src/index[.]ts$' },
  },
  {
    name: 'every import leads somewhere',
    comment: 'a path that cannot be followed cannot be judged',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
]

/** @type {import('dependency-cruiser').IConfiguration} */
const config = {
  forbidden,
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: new URL('tsconfig.json', import.meta.url).pathname },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}

export { config as default }
