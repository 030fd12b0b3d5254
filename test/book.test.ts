/**
 * The book is true: every rule is held against the book as it is, and has been seen to bite on a small
 * book with a fault planted. Nothing is written here; `npm run record` does that.
 */
import { describe, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import * as v from 'valibot'
import { appendicesNow } from '../book/workshop/appendices.js'
import { answer, WrongCall } from '../book/workshop/answer.js'
import { readBook } from '../book/workshop/book.js'
import { claimsOf } from '../book/workshop/claims.js'
import { perform } from '../book/workshop/commands.js'
import { anchorProblem } from '../book/workshop/includes.js'
import { headings } from '../book/workshop/links.js'
import { experimentsOf } from '../book/workshop/recordings.js'
import { rules } from '../book/workshop/rules.js'
import { known } from '../src/base/assert.js'
import { lessons } from '../simulations/lessons/lessons.js'
import { planted, soundBook } from './book/planted.js'

const book = readBook()
const sound = await soundBook()

/** In a process of its own: simulations run ten times slower inside jest's modules. */
function breaches(): Readonly<Record<string, readonly string[]>> {
  const loader = new URL('../node_modules/tsx/dist/loader.mjs', import.meta.url).href
  const done = spawnSync(process.execPath, ['--import', loader, 'book/workshop/check.ts'], {
    encoding: 'utf8',
  })
  if (done.status !== 0) throw new Error(done.stderr)
  return v.parse(v.record(v.string(), v.array(v.string())), JSON.parse(done.stdout))
}

describe('the book as it is', () => {
  const found = breaches()

  test.each(rules)('$name', ({ name }) => {
    expect(found[name]).toEqual([])
  })
})

describe('a rule of the book', () => {
  test.each(rules)('$name: finds nothing in a sound book', async ({ check }) => {
    expect(await check(sound)).toEqual([])
  })

  test.each(planted)('$rule: sees $fault', async ({ rule, plant, says }) => {
    const { check } = known(
      rules.find(({ name }) => name === rule),
      rule,
    )
    const found = await check(plant(sound))
    expect(found.join('\n')).toMatch(says)
  })

  test('has a fault planted for it', () => {
    const names = new Set(planted.map(({ rule }) => rule))
    expect(rules.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([])
  })
})

describe('the book', () => {
  const chapters = [...book.pages].filter(([page]) => /^\d\d-/.test(page))

  test('has ten chapters in its first part, each with an output, a figure and an experiment', () => {
    expect(chapters.length).toBe(10)
    for (const [page, text] of chapters) {
      expect(text).toContain('{{#include outputs/')
      expect(experimentsOf(page, text).length).toBeGreaterThan(0)
    }
  })

  test('claims numbers, and shows every lesson', () => {
    const claims = chapters.flatMap(([, text]) => claimsOf(text))
    expect(claims.length).toBeGreaterThan(20)
    const outputs = [...book.parts].filter(([path]) => path.startsWith('outputs/'))
    const commands = outputs.map(([, text]) => text.split('\n')[0] ?? '')
    const hidden = lessons.filter(({ name }) => !commands.some((line) => line.includes(` ${name}`)))
    expect(hidden.map(({ name }) => name)).toEqual([])
  })

  test('has no figure that depends on when it was made', async () => {
    const line = 'node scripts/lesson.mjs moved --keys 200 --svg x.svg'
    expect((await perform(line)).figure?.svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/)
  })
})

describe('a command as a reader types it', () => {
  const lesson = (...args: string[]): { code: number | null; out: string; err: string } => {
    const done = spawnSync(process.execPath, ['scripts/lesson.mjs', ...args], { encoding: 'utf8' })
    return { code: done.status, out: done.stdout, err: done.stderr }
  }

  test('prints what is recorded', () => {
    const call = ['moved', '--keys', '500', '--json']
    expect(lesson(...call)).toEqual({ code: 0, out: answer(call).text, err: '' })
  })

  test('is told what was wrong with it, in one sentence', () => {
    expect(lesson('move').err).toBe('lesson: there is no lesson move: did you mean moved?\n')
    expect(() => answer(['moved', '--nodes', '1'])).toThrow(WrongCall)
    expect(() => answer(['moved', 'nodes'])).toThrow('"nodes" is no flag')
    expect(() => answer(['moved', '--node', '3'])).toThrow('did you mean nodes?')
  })

  test('explains itself', () => {
    const all = answer([]).text
    for (const { name, about } of lessons) expect(all).toContain(`  ${name.padEnd(12)}${about}`)
    expect(answer(['moved', '--help']).text).toContain('--tokens')
  })
})

describe('an anchor', () => {
  const source = (body: string): string => `/** A file. */\n${body}\nconst tail = 1\n`
  const wrapped = '// ANCHOR: a\nfunction f() {\n  g()\n}\n// ANCHOR_END: a'
  const method = 'class A {\n  // ANCHOR: a\n  m() {\n    g()\n  }\n  // ANCHOR_END: a\n}'

  test.each([
    ['around a function', wrapped, undefined],
    ['around a method', method, undefined],
    ['that is missing', 'const x = 1', 'no anchor'],
    ['that is there twice', `${wrapped}\n${wrapped}`, 'twice'],
    ['without an end', '// ANCHOR: a\nf()', 'no end'],
    ['that ends first', '// ANCHOR_END: a\nf()\n// ANCHOR: a', 'ends before'],
    ['around nothing', '// ANCHOR: a\n\n// ANCHOR_END: a', 'holds nothing'],
    ['around a comment', '// ANCHOR: a\n// Words.\n// ANCHOR_END: a', 'cuts through'],
    [
      'inside a function',
      'function f() {\n// ANCHOR: a\n  g()\n// ANCHOR_END: a\n}',
      'cuts through',
    ],
    [
      'across two functions',
      'function f() {\n// ANCHOR: a\n}\nfunction g() {\n// ANCHOR_END: a\n}',
      'cuts through',
    ],
  ])('%s', (_, body, problem) => {
    const found = anchorProblem('src/a.ts', source(body), 'a')
    if (problem === undefined) expect(found).toBeUndefined()
    else expect(found).toContain(problem)
  })
})

test('fragments are those that mdBook makes', () => {
  const page =
    '# One `two` three\n## Who, why? *How*\n## Same\n## Same\n### Own {#mine}\n```\n# no\n```\n'
  expect(headings(page)).toEqual(['one-two-three', 'who-why-how', 'same', 'same-1', 'mine'])
})

test('the appendices name every command and every setting', () => {
  const pages = [...appendicesNow().values()].join('\n')
  for (const name of ['murmur status', 'murmur local up', '--data-dir', 'suspicion']) {
    expect(pages).toContain(name)
  }
})
