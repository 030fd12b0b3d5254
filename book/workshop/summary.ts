/** SUMMARY.md lists every page once, every page it lists is there, and its words are the headings. */
import { chapters, type Book, type Breach, type Rule } from './book.js'

const ENTRY = /^\s*(?:- )?\[([^\]]+)\]\(([^)]*)\)\s*$/gm

export const summaryRule: Rule = {
  name: 'SUMMARY.md and the pages match',
  check: (book) => {
    const summary = book.pages.get('SUMMARY.md') ?? ''
    const entries = [...summary.matchAll(ENTRY)].map(([, title = '', page = '']) => ({
      title,
      page,
    }))
    const listed = entries.map(({ page }) => page)
    const twice = listed.filter((page, i) => listed.indexOf(page) !== i)
    return [
      ...twice.map((page) => `SUMMARY.md lists ${page} twice`),
      ...listed
        .filter((page) => !book.pages.has(page))
        .map((page) => `SUMMARY.md: no page ${page}`),
      ...unlisted(book, listed),
      ...entries.flatMap(({ title, page }) => titleBreach(book, title, page)),
    ]
  },
}

function unlisted(book: Book, listed: readonly string[]): Breach[] {
  return chapters(book)
    .filter(([page]) => !listed.includes(page))
    .map(([page]) => `${page} is not in SUMMARY.md`)
}

function titleBreach(book: Book, title: string, page: string): Breach[] {
  const text = book.pages.get(page)
  if (text === undefined) return []
  const heading = /^# (.+)$/m.exec(text)?.[1] ?? ''
  return heading === title ? [] : [`${page} is called "${heading}", and "${title}" in SUMMARY.md`]
}
