/**
 * Rules that keep a run the same on every machine and at every time: no ambient clock or chance, no
 * locale, no order that is nobody's, and no Math that engines may round as they like.
 */
import ts from 'typescript'
import type { Rule, Source } from './source.js'
import { breach, isDeterministic, picked } from './source.js'

/** Math that the language defines to the last bit. */
const EXACT = new Set(
  'abs ceil clz32 floor fround imul max min round sign sqrt trunc E LN2 LN10 LOG2E LOG10E PI'.split(
    ' ',
  ),
)

const LOCALE = /^(toLocale\w*|localeCompare)$/

/** Uses of a global name: not a property of that name, not a declaration of one. */
function uses(source: Source, name: string): ts.Identifier[] {
  return picked(source, ts.isIdentifier).filter((node) => {
    if (node.text !== name) return false
    const { parent } = node
    if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
    if (ts.isQualifiedName(parent)) return parent.left === node
    const named = ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent)
    return !(named && parent.name === node)
  })
}

/** The name behind `Math.`, or null when Math is used in any other way. */
function mathName(node: ts.Identifier): string | null {
  const { parent } = node
  return ts.isPropertyAccessExpression(parent) ? parent.name.text : null
}

const noClock: Rule = {
  name: 'no ambient clock',
  check: (source) =>
    !isDeterministic(source)
      ? []
      : ['Date', 'performance', 'globalThis'].flatMap((name) =>
          uses(source, name).map((node) => breach(source, node, `${name}: time is an input`)),
        ),
  guilty: [
    ['src/gossip/a.ts', 'const now = Date.now()'],
    ['src/base/a.ts', 'const now = new Date()'],
    ['simulations/a.ts', 'function f(at: Date) {}'],
    ['src/ring/a.ts', "const { now } = globalThis['Da' + 'te']"],
    ['simulations/a.ts', 'const now = performance.now()'],
  ],
  innocent: [
    ['src/agent/a.ts', 'const now = Date.now()'],
    ['src/gossip/a.ts', "const a = { Date: 1 }.Date // Date.now()\nconst b = 'Date'"],
  ],
}

const noAmbientChance: Rule = {
  name: 'no ambient chance',
  check: (source) =>
    uses(source, 'Math')
      .filter((node) => mathName(node) === 'random')
      .map((node) => breach(source, node, 'Math.random: draw from a seeded generator')),
  guilty: [['src/agent/a.ts', 'const x = Math.random()']],
  innocent: [['src/agent/a.ts', 'const x = random.int(4)']],
}

const exactMath: Rule = {
  name: 'exact Math',
  check: (source) =>
    source.path === 'src/base/math.ts' ? [] : [...inexactCalls(source), ...inexactPowers(source)],
  guilty: [
    ['src/gossip/a.ts', 'const x = Math.log2(n)'],
    ['src/cli/a.ts', 'const x = Math.pow(2, n)'],
    ['simulations/a.ts', 'const { exp } = Math'],
    ['src/base/a.ts', "const x = Math['sin'](1)"],
    ['src/base/a.ts', 'const x = 2 ** n'],
    ['src/base/a.ts', 'x **= 2'],
  ],
  innocent: [
    ['src/base/math.ts', 'const x = Math.log2(n)'],
    ['src/gossip/a.ts', 'const x = Math.sqrt(Math.max(1, 2)) + 2 ** 32'],
  ],
}

function inexactCalls(source: Source): string[] {
  return uses(source, 'Math')
    .filter((node) => !EXACT.has(mathName(node) ?? '') && mathName(node) !== 'random')
    .map((node) => breach(source, node, `${node.parent.getText()}: use src/base/math.ts`))
}

/** `2 ** 32` between literals is a number written down; any other power is computed. */
function inexactPowers(source: Source): string[] {
  const powers = [ts.SyntaxKind.AsteriskAsteriskToken, ts.SyntaxKind.AsteriskAsteriskEqualsToken]
  return picked(source, ts.isBinaryExpression)
    .filter((node) => powers.includes(node.operatorToken.kind))
    .filter((node) => !(ts.isNumericLiteral(node.left) && ts.isNumericLiteral(node.right)))
    .map((node) => breach(source, node, '**: use src/base/math.ts'))
}

const noLocale: Rule = {
  name: 'no locale',
  check: (source) => [
    ...picked(source, ts.isIdentifier)
      .filter((node) => LOCALE.test(node.text) && ts.isPropertyAccessExpression(node.parent))
      .map((node) => breach(source, node, `${node.text}: the same on every machine, please`)),
    ...uses(source, 'Intl').map((node) => breach(source, node, 'Intl: depends on the machine')),
  ],
  guilty: [
    ['src/cli/a.ts', 'const x = (1).toLocaleString()'],
    ['src/ring/a.ts', 'names.sort((a, b) => a.localeCompare(b))'],
    ['src/agent/a.ts', 'const x = new Intl.NumberFormat()'],
  ],
  innocent: [['src/cli/a.ts', "const x = 'a'.toUpperCase() < 'b' // localeCompare"]],
}

const noForIn: Rule = {
  name: 'no for-in',
  check: (source) =>
    picked(source, ts.isForInStatement).map((node) =>
      breach(source, node, 'for-in: its order is not that of writing; use a Map or a list'),
    ),
  guilty: [['src/cluster/a.ts', 'for (const key in table) {}']],
  innocent: [['src/cluster/a.ts', 'for (const key of table) {}']],
}

export const determinismRules: readonly Rule[] = [
  noClock,
  noAmbientChance,
  exactMath,
  noLocale,
  noForIn,
]
