/** The rules of style as a test: files are held to the rules, and rules to planted faults. */
import { describe, expect, test } from '@jest/globals'
import { statedBounds } from './tidy/bound.js'
import { determinismRules } from './tidy/determinism.js'
import { languageRules } from './tidy/language.js'
import { namingRules, unused } from './tidy/naming.js'
import { sizeRules } from './tidy/size.js'
import { parse, sourcesUnder } from './tidy/source.js'

const rules = [...languageRules, ...determinismRules, ...sizeRules, statedBounds, ...namingRules]
const sources = sourcesUnder('src', 'simulations')

test('there are sources to look at', () => {
  expect(sources.length).toBeGreaterThan(10)
})

describe.each(rules)('$name', ({ check, guilty, innocent }) => {
  test('is kept', () => {
    expect(sources.flatMap(check)).toEqual([])
  })

  test.each(guilty)('is broken by %s %j', (path, text) => {
    const [first] = check(parse(path, text))
    expect(first).toMatch(new RegExp(`^${path}:\\d+ `))
  })

  test.each(innocent)('is not broken by %s %j', (path, text) => {
    expect(check(parse(path, text))).toEqual([])
  })
})

describe('no file unused', () => {
  const entries = ['src/index.ts', 'src/cli/main.ts', 'src/cli/simulate/swarm/worker.ts']

  test('is kept', () => {
    const ours = sources.filter(({ path }) => path.startsWith('src/'))
    expect(unused(ours, entries)).toEqual([])
  })

  test('sees through imports, exports and import(), and names what is left', () => {
    const planted = [
      parse('src/index.ts', "export { a } from './base/a.js'"),
      parse('src/base/a.ts', "import type { B } from './b.js'"),
      parse('src/base/b.ts', "const c = await import('../agent/c.js')"),
      parse('src/agent/c.ts', "const d = './d.js'"),
      parse('src/agent/d.ts', ''),
    ]
    expect(unused(planted, entries)).toEqual([
      `src/agent/d.ts:1 nothing leads here from ${entries.join(', ')}`,
    ])
  })
})
