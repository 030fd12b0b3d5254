/** Rules on the language: nothing that switches the compiler off or that has a plainer form. */
import ts from 'typescript'
import type { Rule } from './source.js'
import { breach, picked } from './source.js'

const noAny: Rule = {
  name: 'no any',
  check: (source) =>
    picked(source, (node): node is ts.Node => node.kind === ts.SyntaxKind.AnyKeyword).map((node) =>
      breach(source, node, 'any: say the type, or unknown'),
    ),
  guilty: [
    ['src/a.ts', 'const x: any = 1'],
    ['src/a.ts', 'function f(x: Map<string, any[]>) {}'],
  ],
  innocent: [['src/a.ts', "const any = 'any' // any"]],
}

const noCast: Rule = {
  name: 'no cast',
  check: (source) =>
    [
      ...picked(source, ts.isAsExpression).filter((node) => !ts.isConstTypeReference(node.type)),
      ...picked(source, ts.isTypeAssertionExpression),
    ].map((node) => breach(source, node, 'cast: let the compiler find the type, or check it')),
  guilty: [
    ['src/a.ts', 'const x = y as string'],
    ['src/a.ts', 'const x = y as unknown as string'],
    ['src/a.ts', 'const x = <string>y'],
  ],
  innocent: [
    ['src/a.ts', "const x = ['a'] as const"],
    ['src/a.ts', "import { a as b } from './b.js'\nexport { b as c }"],
    ['src/a.ts', 'const x = y satisfies string'],
  ],
}

const noBang: Rule = {
  name: 'no ! assertion',
  check: (source) =>
    [
      ...picked(source, ts.isNonNullExpression),
      ...picked(source, ts.isPropertyDeclaration).filter((node) => node.exclamationToken),
      ...picked(source, ts.isVariableDeclaration).filter((node) => node.exclamationToken),
    ].map((node) => breach(source, node, '! assertion: check it, or use at(list, i)')),
  guilty: [
    ['src/a.ts', 'const x = y[0]!'],
    ['src/a.ts', 'class A { x!: number }'],
    ['src/a.ts', 'let x!: number'],
  ],
  innocent: [['src/a.ts', 'const x = !y && y !== z']],
}

const noDefaultExport: Rule = {
  name: 'no default export',
  check: (source) =>
    [
      ...picked(source, ts.isExportAssignment),
      ...picked(
        source,
        (node): node is ts.Node => node.kind === ts.SyntaxKind.DefaultKeyword,
      ).filter((node) => !ts.isDefaultClause(node.parent)),
      ...picked(source, ts.isExportSpecifier).filter((node) => node.name.text === 'default'),
    ].map((node) => breach(source, node, 'default export: a name is the same for all who use it')),
  guilty: [
    ['src/a.ts', 'export default 1'],
    ['src/a.ts', 'export default function f() {}'],
    ['src/a.ts', 'const a = 1\nexport { a as default }'],
  ],
  innocent: [
    ['src/a.ts', 'switch (x) { default: break }'],
    ['src/a.ts', "import { default as x } from 'x'"],
  ],
}

const noEnum: Rule = {
  name: 'no enum',
  check: (source) =>
    picked(source, ts.isEnumDeclaration).map((node) =>
      breach(source, node, 'enum: a union of strings is plainer'),
    ),
  guilty: [
    ['src/a.ts', 'enum A { B }'],
    ['src/a.ts', 'export const enum A { B }'],
  ],
  innocent: [['src/a.ts', "type A = 'enum'"]],
}

const noHungarianInterface: Rule = {
  name: 'no I before an interface',
  check: (source) =>
    [...picked(source, ts.isInterfaceDeclaration), ...picked(source, ts.isTypeAliasDeclaration)]
      .filter((node) => /^I(?!P|O)[A-Z][a-z]/.test(node.name.text))
      .map((node) => breach(source, node, `${node.name.text}: a name says what, not that`)),
  guilty: [
    ['src/a.ts', 'interface IClock { now(): number }'],
    ['src/a.ts', 'type IRing = string'],
  ],
  innocent: [
    ['src/a.ts', 'interface Item {}\ninterface Identity {}\ninterface IPv4 {}'],
    ['src/a.ts', 'type IOFailure = string'],
  ],
}

export const languageRules: readonly Rule[] = [
  noAny,
  noCast,
  noBang,
  noDefaultExport,
  noEnum,
  noHungarianInterface,
]
