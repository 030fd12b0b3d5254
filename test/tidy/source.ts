/**
 * What the tidy rules look at: parsed files with their paths, and a way to say where a rule is
 * broken. Parsing is TypeScript's own, so that a word in a string or a comment is never mistaken
 * for code.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

export interface Source {
  /** Relative to the project, with forward slashes. */
  readonly path: string
  readonly text: string
  readonly tree: ts.SourceFile
}

/** One place where a rule is broken, as `file:line rule: what`. */
export type Breach = string

export interface Rule {
  readonly name: string
  readonly check: (source: Source) => readonly Breach[]
  /** Sources that break it, as path and text; the rule is tested against each. */
  readonly guilty: readonly Sample[]
  /** Sources close to the edge that do not. */
  readonly innocent: readonly Sample[]
}

export type Sample = readonly [path: string, text: string]

export function parse(path: string, text: string): Source {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true) }
}

/** Every TypeScript file under the folders given that exist, in a fixed order. */
export function sourcesUnder(...folders: readonly string[]): Source[] {
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .sort()
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(folder, name).replaceAll('\\', '/')),
    )
    .map((path) => parse(path, readFileSync(path, 'utf8')))
}

/** All nodes, outermost first. */
export function* nodes(node: ts.Node): Generator<ts.Node> {
  yield node
  const children: ts.Node[] = []
  ts.forEachChild(node, (child) => void children.push(child))
  for (const child of children) yield* nodes(child)
}

/** The nodes that a test picks, with their type narrowed. */
export function picked<T extends ts.Node>(source: Source, test: (node: ts.Node) => node is T): T[] {
  return [...nodes(source.tree)].filter(test)
}

export function lineAt(source: Source, position: number): number {
  return source.tree.getLineAndCharacterOfPosition(position).line + 1
}

export function breach(source: Source, place: ts.Node | number, what: string): Breach {
  const position = typeof place === 'number' ? place : place.getStart(source.tree)
  return `${source.path}:${lineAt(source, position)} ${what}`
}

/** The comments of a file, each once, with their positions. */
export function comments(source: Source): ts.CommentRange[] {
  const found = new Map<number, ts.CommentRange>()
  const visit = (node: ts.Node): void => {
    const before = ts.getLeadingCommentRanges(source.text, node.getFullStart())
    const after = ts.getTrailingCommentRanges(source.text, node.getEnd())
    for (const range of [...(before ?? []), ...(after ?? [])]) found.set(range.pos, range)
    for (const child of node.getChildren(source.tree)) visit(child)
  }
  visit(source.tree)
  return [...found.values()].sort((a, b) => a.pos - b.pos)
}

/** A comment's words, without the marks around and before its lines. */
export function words(source: Source, range: ts.CommentRange): string {
  return source.text
    .slice(range.pos, range.end)
    .replace(/^\/\*+|\*+\/$|^\/\/+/g, '')
    .replace(/^\s*\*+ ?/gm, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Whether a file must behave the same everywhere and always: floors 0 to 2 and the simulator. */
export function isDeterministic(source: Source): boolean {
  return /^(src\/(base|gossip|ring|cluster)|simulations)\//.test(source.path)
}
