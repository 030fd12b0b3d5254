/** One call of a lesson: its name and flags in, its text, measures and figure out. */
import { nearest } from '../../src/base/nearest.js'
import { flagName, validRange } from '../../src/base/settings.js'
import type { Lesson } from '../../simulations/lessons/lesson.js'
import { lessons } from '../../simulations/lessons/lessons.js'

export interface Answer {
  readonly text: string
  readonly figure?: { readonly name: string; readonly svg: string }
  readonly measures?: Readonly<Record<string, number>>
}

/** What the caller did wrong, in one sentence. */
export class WrongCall extends Error {
  override readonly name = 'WrongCall'
}

/** The same call tells the same, so it is made once; bounded by the calls of the book. */
const made = new Map<string, Answer>()

/** @param call what follows the command: `epidemic --nodes 100 --svg infection.svg` */
export function answer(call: readonly string[]): Answer {
  const key = call.join(' ')
  const known = made.get(key)
  if (known !== undefined) return known
  const fresh = ask(call)
  made.set(key, fresh)
  return fresh
}

function ask([name, ...flags]: readonly string[]): Answer {
  if (name === undefined || name === '--help') return { text: overview() }
  const lesson = lessons.find((each) => each.name === name)
  if (lesson === undefined) throw new WrongCall(unknownLesson(name))
  if (flags.includes('--help')) return { text: helpOf(lesson) }
  const { svg, json, ...given } = readFlags(flags)
  const told = lesson.tell(given)
  if (told.kind === 'misasked')
    throw new WrongCall(told.problems.map(({ says }) => says).join('; '))
  const written = svg === undefined ? '' : `\n${svg} is written.\n`
  return {
    text: json === undefined ? `${told.text}${written}` : `${JSON.stringify(told.measures)}\n`,
    measures: told.measures,
    ...(svg === undefined ? {} : { figure: { name: svg, svg: told.figure } }),
  }
}

/** `--fan-out 3` is { fanOut: '3' }; a flag without a value is 'true'. */
function readFlags(flags: readonly string[]): Record<string, string> {
  const given: Record<string, string> = {}
  for (let i = 0; i < flags.length; i++) {
    const flag = flags[i] ?? ''
    if (!/^--[a-z]/.test(flag)) throw new WrongCall(`"${flag}" is no flag: see --help`)
    const key = flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
    const value = flags[i + 1]
    const alone = value === undefined || value.startsWith('--')
    given[key] = alone ? 'true' : value
    if (!alone) i++
  }
  return given
}

function unknownLesson(name: string): string {
  const names = lessons.map((each) => each.name)
  const near = nearest(name, names)
  const hint = near === undefined ? `give one of ${names.join(', ')}` : `did you mean ${near}?`
  return `there is no lesson ${name}: ${hint}`
}

function overview(): string {
  const rows = lessons.map(({ name, about }) => [`  ${name}`, about])
  const list = rows.map(([name = '', about = '']) => `${name.padEnd(14)}${about}\n`).join('')
  return `Usage: node scripts/lesson.mjs LESSON [flags]\n\nLessons:\n${list}\nEach takes --help, --svg FILE (its figure) and --json (its measures).\n`
}

function helpOf({ name, about, options }: Lesson): string {
  const rows = Object.entries(options).map(([key, setting]) => [
    `  ${flagName(key)}`,
    `${setting.why} (${validRange(setting)}; default ${String(setting.default)})`,
  ])
  const list = rows.map(([flag = '', why = '']) => `${flag.padEnd(16)}${why}\n`).join('')
  return `${name}: ${about}.\n\n${list}`
}
