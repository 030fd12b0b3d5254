/**
 * The book as data: its pages and what stands beside them, read once, so that every rule looks at the
 * same thing and can be tried on a small book that exists only in a test.
 */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Book {
  /** Markdown under book/src by path, such as `03-epidemics.md`. */
  readonly pages: ReadonlyMap<string, string>
  /** What else stands under book/src, by path, such as `figures/moved.svg`. */
  readonly parts: ReadonlyMap<string, string>
  /** The text of a file of the repository; undefined where there is none, '' for a folder. */
  readonly file: (path: string) => string | undefined
}

/** One place where a rule is broken, as `page:line what`. */
export type Breach = string

export interface Rule {
  readonly name: string
  readonly check: (book: Book) => readonly Breach[] | Promise<readonly Breach[]>
}

export function readBook(): Book {
  const folder = join(root, 'book/src')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.(md|txt|svg)$/.test(path))
    .sort()
  const texts = files.map((path) => [path, readFileSync(join(folder, path), 'utf8')] as const)
  return {
    pages: new Map(texts.filter(([path]) => path.endsWith('.md'))),
    parts: new Map(texts.filter(([path]) => !path.endsWith('.md'))),
    file: readRepository,
  }
}

function readRepository(path: string): string | undefined {
  const full = join(root, path)
  if (!existsSync(full)) return undefined
  return statSync(full).isDirectory() ? '' : readFileSync(full, 'utf8')
}

/** The chapters: every page but the table of contents. */
export function chapters(book: Book): [page: string, text: string][] {
  return [...book.pages].filter(([page]) => page !== 'SUMMARY.md')
}

/** Where a link of a page leads, relative to book/src. */
export function resolveFrom(page: string, target: string): string {
  return posix.normalize(posix.join(dirname(page), target))
}

export function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

export function breach(page: string, text: string, index: number, what: string): Breach {
  return `${page}:${lineOf(text, index)} ${what}`
}

export interface Fence {
  /** What stands after the three marks. */
  readonly kind: string
  readonly body: string
  readonly index: number
}

/** The fenced blocks of a page. */
export function fences(text: string): Fence[] {
  return [...text.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    kind: (match[1] ?? '').trim(),
    body: match[2] ?? '',
    index: match.index,
  }))
}

/** The page with its code blanked out, so that nothing in code is taken for prose; same length. */
export function withoutCode(text: string): string {
  const blank = (code: string): string => code.replace(/[^\n]/g, ' ')
  return text.replace(/^```[^\n]*\n[\s\S]*?^```$/gm, blank).replace(/`[^`\n]*`/g, blank)
}
