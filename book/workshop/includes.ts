/**
 * Listings are the source itself: an include names an anchor that is there exactly once, closed, not
 * empty and around whole declarations. mdBook prints nothing for a missing anchor and still ends well,
 * so it is asked here.
 */
import ts from 'typescript'
import { breach, chapters, fences, resolveFrom, type Book, type Breach, type Rule } from './book.js'

const INCLUDE = /\{\{\s*#(\w+)\s+([^}\s]+)\s*\}\}/g

export const includeRule: Rule = {
  name: 'every include names an anchor that is whole, once there and not empty',
  check: (book) =>
    chapters(book).flatMap(([page, text]) =>
      [...text.matchAll(INCLUDE)].flatMap((match) => {
        const problem = wrong(book, page, match[1] ?? '', match[2] ?? '')
        return problem === undefined ? [] : [breach(page, text, match.index, problem)]
      }),
    ),
}

function wrong(book: Book, page: string, verb: string, target: string): string | undefined {
  if (verb !== 'include') return `#${verb} is not used here`
  const [path = '', ...rest] = target.split(':')
  const place = resolveFrom(page, path)
  if (!place.startsWith('../')) {
    if (rest.length > 0) return `${target}: outputs and figures are shown whole`
    const part = book.parts.get(place)
    return part === undefined || part.trim() === '' ? `${target}: nothing is there` : undefined
  }
  const source = place.replace(/^(\.\.\/)+/, '')
  const text = book.file(source)
  if (text === undefined) return `${target}: no such file`
  const [name = ''] = rest
  if (rest.length !== 1 || !/^[a-z][a-z0-9-]*$/.test(name)) return `${target}: name one anchor`
  return anchorProblem(source, text, name)
}

/** What is wrong with an anchor of a source, or undefined. */
export function anchorProblem(path: string, text: string, name: string): string | undefined {
  const starts = marks(text, `ANCHOR: ${name}`)
  const ends = marks(text, `ANCHOR_END: ${name}`)
  if (starts.length === 0) return `${path}: no anchor ${name}`
  if (starts.length > 1 || ends.length > 1) return `${path}: anchor ${name} is there twice`
  const [from, to] = [starts[0]?.after ?? 0, ends[0]?.before ?? -1]
  if (to < 0) return `${path}: anchor ${name} has no end`
  if (to < from) return `${path}: anchor ${name} ends before it begins`
  const shown = text.slice(from, to).replace(/^.*ANCHOR(_END)?: .*$/gm, '')
  if (shown.trim() === '') return `${path}: anchor ${name} holds nothing`
  return path.endsWith('.ts') && !isWhole(path, text, from, to)
    ? `${path}: anchor ${name} cuts through a declaration`
    : undefined
}

function marks(text: string, mark: string): { before: number; after: number }[] {
  const line = new RegExp(`^.*\\b${mark}[^\\S\\n]*$\\n?`, 'gm')
  return [...text.matchAll(line)].map((match) => ({
    before: match.index,
    after: match.index + match[0].length,
  }))
}

/** Whether every declaration lies wholly inside or wholly outside, and one at least inside. */
function isWhole(path: string, text: string, from: number, to: number): boolean {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true)
  return holdsWhole(tree.statements, tree, from, to)
}

function holdsWhole(
  list: readonly ts.Node[],
  tree: ts.SourceFile,
  from: number,
  to: number,
): boolean {
  let inside = 0
  for (const node of list) {
    const [documented, end] = [node.getStart(tree, true), node.getEnd()]
    // The comment that opens a file is no part of its first declaration.
    const start = documented < from ? node.getStart(tree) : documented
    if (end <= from || start >= to) continue
    if (start >= from && end <= to) inside++
    else if (ts.isClassDeclaration(node) && start < from && end > to) {
      return holdsWhole(node.members, tree, from, to)
    } else return false
  }
  return inside > 0
}

export const listingRule: Rule = {
  name: 'TypeScript is shown by an include and nothing else',
  check: (book) =>
    chapters(book).flatMap(([page, text]) =>
      fences(text).flatMap(({ kind, body, index }): Breach[] => {
        const pasted = /^(ts|typescript|js|javascript)\b/.test(kind) && !isOneInclude(body)
        return pasted ? [breach(page, text, index, 'a listing that is not included')] : []
      }),
    ),
}

export function isOneInclude(body: string): boolean {
  return /^\{\{#include [^}]+\}\}\s*$/.test(body)
}
