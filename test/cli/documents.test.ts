/**
 * The documents say what is so: settings are fresh, links lead somewhere, commands and flags exist.
 */
import { describe, expect, test } from '@jest/globals'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { settingsPage } from '../../src/cli/settings-reference.js'
import { addSimulations } from '../../src/cli/simulate/commands.js'
import { buildProgram } from '../../src/cli/program.js'
import type { Command } from 'commander'
import { FakeWorld } from './fake-world.js'

const root = new URL('../../', import.meta.url).pathname
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const PAGES = [
  'README.md',
  'docs/api.md',
  'docs/recording.md',
  'docs/settings.md',
  'docs/simulations.md',
  'examples/README.md',
]

test('docs/settings.md is what `murmur settings --markdown` prints', () => {
  expect(read('docs/settings.md')).toBe(settingsPage())
})

describe.each(PAGES)('%s', (page) => {
  const text = read(page)

  test('has no link that leads nowhere', () => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map((match) => match[1] ?? '')
    const local = links.filter((link) => !link.startsWith('http'))
    // The benchmarks' pages are written by the benchmarks.
    const missing = local.filter((link) => !existsSync(join(root, dirname(page), link)))
    expect(missing.filter((link) => !/bench\/[\w-]+\.md$/.test(link))).toEqual([])
  })

  test('names only commands and flags that exist', () => {
    const calls = [...text.matchAll(/(?<![\w/.-])murmur ((?:[a-z]+|-)[^`\n|>]*)/g)]
    for (const [, line = ''] of calls) expect(complaint(line.trim().split(/\s+/))).toBe('')
  })
})

/** Prose such as "murmur is ..." names no command; what does, must be right. */
function complaint(words: readonly string[]): string {
  const around = new FakeWorld()
  const program = buildProgram(around)
  addSimulations(program, around)
  let command: Command = program
  let rest = words
  for (;;) {
    const next = command.commands.find((each) => each.name() === rest[0])
    if (next === undefined) break
    command = next
    rest = rest.slice(1)
    // `murmur simulate FILE` is short for `murmur simulate file FILE`.
    const file = command.name() === 'simulate' && /\.(yaml|json)$/.test(rest[0] ?? '')
    if (file) rest = ['file', ...rest]
  }
  if (command === program && !PROSE.has(words[0] ?? '')) return `no command ${words.join(' ')}`
  const known = new Set(command.options.flatMap((option) => [option.long, option.short]))
  // What follows -- is for the agents that are started.
  const agent = program.commands.find((each) => each.name() === 'agent')
  const dashes = rest.indexOf('--')
  if (dashes >= 0 && agent !== undefined) {
    for (const option of agent.options) known.add(option.long)
  }
  const flags = rest
    .filter((word) => /^--?[a-z]/.test(word))
    .map((word) => word.replace(/[.,;)]+$/, ''))
  const strange = flags.filter((flag) => !known.has(flag) && flag !== '--help')
  return strange.map((flag) => `no flag ${flag} of ${command.name()}`).join(', ')
}

/** Words after `murmur` that begin a sentence's rest or an option of the whole. */
const PROSE = new Set(['--help'])

test('the picture is there, and shows a session that happened', () => {
  const picture = read('docs/session.svg')
  for (const text of ['$ murmur explain n3', 'Accused by', 'is up again']) {
    expect(picture).toContain(text)
  }
})

test('every route of the page is one of the agent', () => {
  const files = ['routes', 'copy-routes', 'kv-routes']
  const routes = files.map((file) => read(`src/agent/api/${file}.ts`)).join()
  const listed = [...read('docs/api.md').matchAll(/^\| `(?:GET|POST|PUT|DELETE) (\/[^`]*)`/gm)]
  expect(listed.length).toBeGreaterThan(8)
  for (const [, route = ''] of listed) {
    const path = route.replace(/KEYSPACE|NODE|KEY|ID/g, (name) => `:${name.toLowerCase()}`)
    const known = routes.includes(`'${path}'`) || routes.includes(`\`${path}\``)
    expect(known || /^\/v1\/(leave|drain)$/.test(path)).toBe(true)
  }
})
