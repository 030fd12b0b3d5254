/** Rules on size and on what every file says of itself: small enough to be read in one go. */
import ts from 'typescript'
import type { Rule, Source } from './source.js'
import { breach, comments, lineAt, picked, words } from './source.js'

const COLUMNS = 100
const FUNCTION_LINES = 50
const FILE_LINES = 400
const SENTENCES = 5

const lines = (count: number): string => 'x()\n'.repeat(count)

const narrow: Rule = {
  name: `lines up to ${COLUMNS} columns`,
  check: (source) =>
    source.text
      .split('\n')
      .flatMap((line, i) => (line.length > COLUMNS ? [i] : []))
      .map((i) => `${source.path}:${i + 1} longer than ${COLUMNS} columns`),
  guilty: [['src/a.ts', `x('${'a'.repeat(COLUMNS)}')`]],
  innocent: [['src/a.ts', 'a'.repeat(COLUMNS)]],
}

const shortFunctions: Rule = {
  name: `functions up to ${FUNCTION_LINES} lines`,
  check: (source) =>
    picked(source, ts.isFunctionLike)
      .map((node) => ({ node, length: lineSpan(source, node) }))
      .filter(({ length }) => length > FUNCTION_LINES)
      .map(({ node, length }) => breach(source, node, `function of ${length} lines`)),
  guilty: [
    ['src/a.ts', `function f() {\n${lines(FUNCTION_LINES)}}`],
    ['src/a.ts', `class A {\n  m() {\n${lines(FUNCTION_LINES)}}\n}`],
    ['src/a.ts', `const f = () => {\n${lines(FUNCTION_LINES)}}`],
  ],
  innocent: [['src/a.ts', `/**\n * f\n */\nfunction f() {\n${lines(FUNCTION_LINES - 2)}}`]],
}

function lineSpan(source: Source, node: ts.Node): number {
  return lineAt(source, node.getEnd()) - lineAt(source, node.getStart(source.tree)) + 1
}

const shortFiles: Rule = {
  name: `files up to ${FILE_LINES} lines`,
  check: (source) => {
    const length = source.text.trimEnd().split('\n').length
    return length > FILE_LINES ? [`${source.path}:${FILE_LINES + 1} file of ${length} lines`] : []
  },
  guilty: [['src/a.ts', lines(FILE_LINES + 1)]],
  innocent: [['src/a.ts', lines(FILE_LINES)]],
}

const openingComment: Rule = {
  name: `an opening comment of one to ${SENTENCES} sentences`,
  check: (source) => {
    const count = openingSentences(source)
    const right = count >= 1 && count <= SENTENCES
    return right ? [] : [`${source.path}:1 opens with ${count} sentences on what idea it holds`]
  },
  guilty: [
    ['src/a.ts', "import x from 'x'\n/** Late. */\n"],
    ['src/a.ts', '/** no sentence */\nexport const x = 1'],
    ['src/a.ts', `/** ${'One more. '.repeat(SENTENCES + 1)} */\nexport const x = 1`],
  ],
  innocent: [
    ['src/a.ts', '/** What it is, e.g. this. */\nexport const x = 1'],
    ['src/a.ts', '#!/usr/bin/env node\n// One idea,\n// on two lines.\nexport const x = 1'],
    ['src/a.ts', '/** The numbers (1.5 s, and 3.0.1 too). Why? Because! */'],
  ],
}

/** The sentences of the comments before all code; only the block that stands first counts. */
function openingSentences(source: Source): number {
  const start = ts.getShebang(source.text)?.length ?? 0
  const ranges = ts.getLeadingCommentRanges(source.text, start) ?? []
  const [first] = ranges
  if (first === undefined) return 0
  const single = first.kind === ts.SyntaxKind.SingleLineCommentTrivia
  const block = single ? ranges.filter((range) => range.kind === first.kind) : [first]
  const text = block.map((range) => words(source, range)).join(' ')
  return text.replace(/\b(e\.g|i\.e|vs|etc)\./g, '$1').match(/[.!?](?=[)"'`]*(\s|$))/g)?.length ?? 0
}

const reasonedTodo: Rule = {
  name: 'no TODO without a reason',
  check: (source) =>
    comments(source)
      .filter((range) => /\b(TODO|FIXME|XXX|HACK)\b/.test(words(source, range)))
      .filter((range) => !/\bTODO: (\S+ ){3}/.test(`${words(source, range)} `))
      .map((range) => breach(source, range.pos, 'TODO: say what is missing and why')),
  guilty: [
    ['src/a.ts', 'f() // TODO'],
    ['src/a.ts', '/* FIXME: this is not right at all */ f()'],
    ['src/a.ts', 'function f() {\n  // TODO: later\n}'],
  ],
  innocent: [
    ['src/a.ts', "const x = 'TODO'"],
    ['src/a.ts', '// TODO: drop this when version 1 is no longer read'],
  ],
}

export const sizeRules: readonly Rule[] = [
  narrow,
  shortFunctions,
  shortFiles,
  openingComment,
  reasonedTodo,
]
