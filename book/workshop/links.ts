/**
 * Every link leads somewhere: to a page, a heading of it, or a file of the repository that the prose
 * names. Links to the outside are not followed, but have to be complete.
 */
import {
  breach,
  chapters,
  resolveFrom,
  withoutCode,
  type Book,
  type Breach,
  type Rule,
} from './book.js'

const LINK = /(?<!!)\[[^\]]*\]\(([^)\s]+)\)/g
const SOURCE = /\[[^\]]*\]\(([^)\s]+)\)|(?:href|src)="([^"]+)"/g

export const linkRule: Rule = {
  name: 'every link and fragment resolves',
  check: (book) =>
    chapters(book).flatMap(([page, text]) => {
      const prose = withoutCode(text)
      const targets = [...prose.matchAll(SOURCE)]
      return targets.flatMap((match) => {
        const problem = wrong(book, page, match[1] ?? match[2] ?? '')
        return problem === undefined ? [] : [breach(page, text, match.index, problem)]
      })
    }),
}

function wrong(book: Book, page: string, target: string): string | undefined {
  if (/^[a-z]+:/.test(target))
    return /^https:\/\/[^/\s]+\.[^/\s]+/.test(target) ? undefined : `${target} is no complete link`
  const [path = '', fragment] = target.split('#')
  const place = path === '' ? page : resolveFrom(page, path)
  if (MADE.test(place)) return undefined
  const text = book.pages.get(place)
  if (text === undefined) return book.parts.has(place) ? undefined : `${target} leads nowhere`
  if (fragment === undefined || headings(text).includes(fragment)) return undefined
  return `${target}: no such heading`
}

/** Bundled for the browser before the book is built. */
const MADE = /^interactive\/[a-z-]+\.js$/

/** The fragments of a page's headings, as mdBook makes them. */
export function headings(text: string): string[] {
  const seen = new Map<string, number>()
  const code = text.replace(/^```[^\n]*\n[\s\S]*?^```$/gm, '')
  return [...code.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const own = /\{#([^}]+)\}\s*$/.exec(heading)?.[1]
    if (own !== undefined) return own
    const slug = slugOf(heading)
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    return count === 0 ? slug : `${slug}-${count}`
  })
}

function slugOf(heading: string): string {
  return heading
    .replace(/[`*]/g, '')
    .trim()
    .toLowerCase()
    .replace(/\s/g, '-')
    .replace(/[^\p{L}\p{N}_-]/gu, '')
}

const NAMED = /`((?:src|simulations|test|book|bench|docs|examples|scripts)\/[\w./-]*[\w/])`/g

export const namedFileRule: Rule = {
  name: 'every file that is named exists',
  check: (book) =>
    chapters(book).flatMap(([page, text]) =>
      [...text.matchAll(NAMED)].flatMap((match) => missing(book, page, text, match)),
    ),
}

function missing(book: Book, page: string, text: string, match: RegExpExecArray): Breach[] {
  const path = match[1] ?? ''
  return book.file(path) === undefined
    ? [breach(page, text, match.index, `${path} is no file of this repository`)]
    : []
}

export const sourceRule: Rule = {
  name: 'every chapter on other systems names its sources',
  check: (book) =>
    chapters(book).flatMap(([page, text]) => {
      const section = /^## In production$([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(text)
      if (section === null) return []
      const outside = [...(section[1] ?? '').matchAll(LINK)].filter(([, to = '']) =>
        to.startsWith('https:'),
      )
      return outside.length > 0
        ? []
        : [breach(page, text, section.index, 'In production: no source is linked')]
    }),
}
