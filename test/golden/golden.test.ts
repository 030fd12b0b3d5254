/**
 * The golden protocol scripts still tell what they told. When a change of the protocol is meant,
 * `npm run golden` writes them anew: read the difference, for it is what the change does.
 */
import { describe, expect, test } from '@jest/globals'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commands, played } from './script.js'

const folder = new URL('scripts/', import.meta.url).pathname
const scripts = readdirSync(folder).filter((name) => name.endsWith('.txt'))
const rewriting = process.env['GOLDEN'] === 'rewrite'

test.each(scripts)('%s (after a change that is meant: npm run golden)', (name) => {
  const path = join(folder, name)
  const script = readFileSync(path, 'utf8')
  const now = played(script)
  if (rewriting) writeFileSync(path, now)
  else expect(now).toBe(script)
})

describe('the scripts', () => {
  const all = scripts.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')

  test('are there, and each begins with what it shows', () => {
    expect(scripts.length).toBeGreaterThanOrEqual(10)
    for (const name of scripts) expect(readFileSync(join(folder, name), 'utf8')).toMatch(/^# .+\./)
  })

  test('use every command, and none in vain', () => {
    const used = new Set([...all.matchAll(/^> (\S+)/gm)].map((match) => match[1]))
    expect(commands.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([])
    expect(all).not.toMatch(/there is no |write it as|in two minutes/)
  })

  test('have a page that names every command', () => {
    const page = readFileSync(new URL('README.md', import.meta.url), 'utf8')
    const missing = commands.filter(
      ({ usage, does }) => !page.includes(`| \`${usage}\` | ${does} |`),
    )
    expect(missing.map(({ usage, does }) => `| \`${usage}\` | ${does} |`)).toEqual([])
  })

  test('a mistake in a script is told where it stands', () => {
    const wrong = '# Wrong.\n> settled a\n> cras a\n> crash b\n'
    expect(played(wrong).split('\n')).toEqual([
      '# Wrong.',
      '> settled a',
      'a knows itself at 0.005 s',
      '',
      '> cras a',
      'there is no command cras',
      '',
      '> crash b',
      'there is no node b; write it as crash NODE...',
      '',
    ])
  })
})
