/** Rules on where things stand and what they are called; and that all of it is used. */
import { posix } from 'node:path'
import ts from 'typescript'
import type { Breach, Rule, Source } from './source.js'
import { breach, picked } from './source.js'

const EMPTY_WORDS = new Set(
  'util utils helper helpers common manager managers misc stuff'.split(' '),
)
const FLOORS = new Set('base gossip ring cluster agent dashboard cli'.split(' '))

const tellingNames: Rule = {
  name: 'names that say something',
  check: (source) =>
    source.path
      .split(/[/.\-_]/)
      .filter((word) => EMPTY_WORDS.has(word.toLowerCase()))
      .map((word) => `${source.path}:1 ${word}: name the idea`),
  guilty: [
    ['src/base/utils.ts', ''],
    ['src/helpers/a.ts', ''],
    ['src/gossip/member-manager.ts', ''],
    ['simulations/common/a.ts', ''],
  ],
  innocent: [['src/gossip/members.ts', '']],
}

const knownFolders: Rule = {
  name: 'no folder beside the floors',
  check: (source) => {
    const [top, folder, ...rest] = source.path.split('/')
    const strange = top === 'src' && rest.length > 0 && !FLOORS.has(folder ?? '')
    const loose = top === 'src' && rest.length === 0 && folder !== 'index.ts'
    return strange || loose ? [`${source.path}:1 stands on no floor`] : []
  },
  guilty: [
    ['src/host/a.ts', ''],
    ['src/a.ts', ''],
  ],
  innocent: [
    ['src/index.ts', ''],
    ['src/agent/api/status.ts', ''],
    ['simulations/checks/a.ts', ''],
  ],
}

const noBarrel: Rule = {
  name: 'no barrel but src/index.ts',
  check: (source) => {
    if (source.path === 'src/index.ts') return []
    const named = source.path.endsWith('/index.ts') ? [`${source.path}:1 index: name the idea`] : []
    return picked(source, ts.isExportDeclaration)
      .filter((node) => node.moduleSpecifier !== undefined)
      .map((node) => breach(source, node, 'passed on: import it where it stands'))
      .concat(named)
  },
  guilty: [
    ['src/gossip/a.ts', "export * from './b.js'"],
    ['src/gossip/a.ts', "export { b } from './b.js'"],
    ['src/gossip/a.ts', "export type { B } from './b.js'"],
    ['src/gossip/index.ts', 'export const x = 1'],
  ],
  innocent: [
    ['src/index.ts', "export { b } from './b.js'"],
    ['src/gossip/a.ts', 'const x = 1\nexport { x }'],
  ],
}

export const namingRules: readonly Rule[] = [tellingNames, knownFolders, noBarrel]

/** Files that nothing leads to, from the entries given. */
export function unused(sources: readonly Source[], entries: readonly string[]): Breach[] {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const reached = new Set<string>()
  const waiting = [...entries]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const source = byPath.get(path)
    if (source === undefined || reached.has(path)) continue
    reached.add(path)
    waiting.push(...importsOf(source))
  }
  return sources
    .filter((source) => !reached.has(source.path))
    .map((source) => `${source.path}:1 nothing leads here from ${entries.join(', ')}`)
}

/** The project's own files that a file names: imports, exports and import() alike. */
function importsOf(source: Source): string[] {
  return picked(source, ts.isStringLiteral)
    .filter((node) => isSpecifier(node))
    .filter((node) => node.text.startsWith('.'))
    .map((node) => posix.join(posix.dirname(source.path), node.text).replace(/\.js$/, '.ts'))
}

function isSpecifier({ parent }: ts.StringLiteral): boolean {
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent)) return true
  return ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword
}
