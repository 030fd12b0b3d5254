/** The rule that every collection a class holds says how large it can become. */
import ts from 'typescript'
import type { Rule, Source } from './source.js'
import { breach, picked, words } from './source.js'

const COLLECTION = /^(Readonly)?(Map|Set|Array)$|^Weak(Map|Set)$/
const BOUND = /\b(un)?bound(s|ed)?\b|\bat most\b/i

export const statedBounds: Rule = {
  name: 'a bound for every collection field',
  check: (source) =>
    picked(source, ts.isPropertyDeclaration)
      .filter((field) => isCollection(field))
      .filter((field) => !BOUND.test(said(source, field)))
      .map((field) => breach(source, field, `${field.name.getText()}: say its bound`)),
  guilty: [
    ['src/a.ts', 'class A {\n  readonly x = new Map<string, number>()\n}'],
    ['src/a.ts', 'class A {\n  /** The names. */\n  private x: readonly string[]\n}'],
    ['src/a.ts', 'class A {\n  #x: Set<string> | null = null\n}'],
    ['src/a.ts', 'class A {\n  x = [] // all of them\n  // bounded by N\n  y = new Set()\n}'],
    ['src/a.ts', 'class A {\n  x: [string, number][] = []\n}'],
    ['src/a.ts', 'class A {\n  x = Array.from(list)\n}'],
  ],
  innocent: [
    ['src/a.ts', 'class A {\n  x = new Map() // at most one a member\n}'],
    [
      'src/a.ts',
      'class A {\n  /** Names, bounded by the window. */\n  readonly x: string[] = []\n}',
    ],
    [
      'src/a.ts',
      'class A {\n  readonly x: Uint8Array = new Uint8Array(4)\n  y: [number, number]\n}',
    ],
    ['src/a.ts', 'class A {\n  make = (): string[] => []\n}'],
    ['src/a.ts', 'interface A {\n  x: string[]\n}'],
  ],
}

function isCollection(field: ts.PropertyDeclaration): boolean {
  if (field.type !== undefined) return isCollectionType(field.type)
  return field.initializer !== undefined && makesCollection(field.initializer)
}

function isCollectionType(type: ts.TypeNode): boolean {
  if (ts.isArrayTypeNode(type)) return true
  if (ts.isTypeOperatorNode(type) || ts.isParenthesizedTypeNode(type)) {
    return isCollectionType(type.type)
  }
  if (ts.isUnionTypeNode(type)) return type.types.some(isCollectionType)
  return ts.isTypeReferenceNode(type) && COLLECTION.test(type.typeName.getText())
}

function makesCollection(value: ts.Expression): boolean {
  if (ts.isArrayLiteralExpression(value)) return true
  if (ts.isNewExpression(value)) return COLLECTION.test(value.expression.getText())
  return ts.isCallExpression(value) && /^Array(\.|$)/.test(value.expression.getText())
}

/** The comments above a field and on its own line. */
function said(source: Source, field: ts.PropertyDeclaration): string {
  const above = ts.getLeadingCommentRanges(source.text, field.getFullStart()) ?? []
  const beside = ts.getTrailingCommentRanges(source.text, field.getEnd()) ?? []
  return [...above, ...beside].map((range) => words(source, range)).join(' ')
}
