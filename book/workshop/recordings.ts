/**
 * What is recorded: outputs, each beginning with the command that made it, and the figures those
 * commands draw. An experiment is a command that the reader is asked to try, and has to change a figure
 * that is shown.
 */
import { breach, chapters, fences, type Book, type Breach, type Rule } from './book.js'
import { perform } from './commands.js'
import { isOneInclude } from './includes.js'

/** Outputs and figures as they are now, by path under book/src. */
export async function recordedNow(book: Book): Promise<Map<string, string>> {
  const made = new Map<string, string>()
  for (const [path, text] of outputsOf(book)) {
    const command = commandOf(text)
    const { text: printed, figure } = await perform(command)
    made.set(path, `$ ${command}\n${printed}`)
    if (figure !== undefined) made.set(`figures/${figure.name}`, figure.svg)
  }
  return made
}

function outputsOf(book: Book): [path: string, text: string][] {
  return [...book.parts].filter(([path]) => path.startsWith('outputs/'))
}

function commandOf(text: string): string {
  return /^\$ (.+)$/m.exec(text)?.[1] ?? ''
}

export const recordingRule: Rule = {
  name: 'outputs and figures are what their commands make now',
  check: async (book) => {
    const made = await recordedNow(book)
    const shown = [...book.parts.keys()].filter((path) => /^(outputs|figures)\//.test(path))
    return [
      ...[...made].flatMap(([path, text]) => stale(book, path, text)),
      ...shown.filter((path) => !made.has(path)).map((path) => `${path}: no command makes it`),
      ...shown.filter((path) => !isShown(book, path)).map((path) => `${path}: no page shows it`),
    ]
  },
}

function stale(book: Book, path: string, made: string): Breach[] {
  const recorded = book.parts.get(path)
  if (recorded === made) return []
  const line = firstDifference(recorded ?? '', made)
  return [`${path}:${line} is not what its command makes: npm run record`]
}

function firstDifference(one: string, other: string): number {
  const [a, b] = [one.split('\n'), other.split('\n')]
  return a.findIndex((line, i) => line !== b[i]) + 1 || a.length
}

function isShown(book: Book, path: string): boolean {
  return chapters(book).some(([, text]) => text.includes(`{{#include ${path}}}`))
}

const TRIED = /<!-- experiment: (\S+) -->\s*$/

export interface Experiment {
  readonly page: string
  readonly index: number
  readonly figure: string
  readonly command: string
}

export function experimentsOf(page: string, text: string): Experiment[] {
  return fences(text).flatMap(({ kind, body, index }) => {
    const figure = TRIED.exec(text.slice(0, index))?.[1]
    if (kind !== 'console' || figure === undefined) return []
    const commands = [...body.matchAll(/^\$ (.+)$/gm)].map(([, command = '']) => command)
    return commands.map((command) => ({ page, index, figure, command }))
  })
}

export const experimentRule: Rule = {
  name: 'every experiment changes a figure that its page shows',
  check: async (book) => {
    const found: Breach[] = []
    for (const [page, text] of chapters(book)) {
      for (const experiment of experimentsOf(page, text)) {
        const problem = await withoutEffect(book, text, experiment)
        if (problem !== undefined) found.push(breach(page, text, experiment.index, problem))
      }
    }
    return found
  },
}

async function withoutEffect(
  book: Book,
  text: string,
  { figure, command }: Experiment,
): Promise<string | undefined> {
  if (!text.includes(`{{#include figures/${figure}}}`)) return `${figure} is not shown here`
  const made = (await perform(command)).figure
  if (made?.name !== figure) return `${command} does not draw ${figure}`
  return made.svg === book.parts.get(`figures/${figure}`)
    ? `${command} leaves ${figure} as it is`
    : undefined
}

export const consoleRule: Rule = {
  name: 'a shown command is recorded or an experiment',
  check: (book) =>
    chapters(book).flatMap(([page, text]) =>
      fences(text).flatMap(({ kind, body, index }): Breach[] => {
        if (kind !== 'console' || isOneInclude(body)) return []
        const tried = TRIED.test(text.slice(0, index)) && /^(\$ .+\n)+$/.test(body)
        return tried ? [] : [breach(page, text, index, 'a command that nobody runs')]
      }),
    ),
}
