/** What the scripts decide before anything is installed, and the lock file that they trust. */
import { describe, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { differing } from '../scripts/install.mjs'
import { complaint } from '../scripts/node-version.mjs'

describe('the Node that runs', () => {
  test.each(['20.19.0', '20.20.2', '22.1.0', '24.0.0'])('%s will do', (version) => {
    expect(complaint(version)).toBeNull()
  })

  test.each(['18.20.4', '20.9.0', '20.18.3', '8.0.0'])(
    '%s is too old, in one sentence',
    (version) => {
      expect(complaint(version)).toMatch(/^Murmuration needs Node 20\.19 .* Node [\d.]+: .*\.$/)
    },
  )
})

describe('what is installed', () => {
  const lock = {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/b': { version: '2.0.0', integrity: 'sha512-b', optional: true },
  }
  const a = lock['node_modules/a']

  test.each([
    ['everything', { ...lock }, null],
    ['all but what is optional', { 'node_modules/a': a }, null],
    ['nothing', null, 'none is installed yet'],
    ['too little', { 'node_modules/b': lock['node_modules/b'] }, 'node_modules/a is missing'],
    [
      'another version',
      { 'node_modules/a': { ...a, version: '1.0.1' } },
      'node_modules/a is not the one of the lock file',
    ],
    [
      'other content',
      { 'node_modules/a': { ...a, integrity: 'sha512-x' } },
      'node_modules/a is not the one of the lock file',
    ],
  ])('%s', (_, present, difference) => {
    expect(differing(lock, present)).toBe(difference)
  })

  test('without a lock file nothing can be said', () => {
    expect(differing(null, lock)).toBe('there is no lock file')
  })
})

describe('the lock file', () => {
  const Lock = v.object({
    packages: v.record(
      v.string(),
      v.object({
        version: v.optional(v.string()),
        integrity: v.optional(v.string()),
        optionalDependencies: v.optional(v.record(v.string(), v.string())),
      }),
    ),
  })
  const text = readFileSync('package-lock.json', 'utf8')
  const entries = Object.entries(v.parse(Lock, JSON.parse(text)).packages)
  const packages = entries.filter(([path]) => path !== '')

  test('names no download host', () => {
    expect(text).not.toMatch(/"resolved"|https?:\/\/[^"]*\.tgz/)
  })

  test('holds every package to its content', () => {
    expect(packages.length).toBeGreaterThan(100)
    expect(packages.filter(([, entry]) => entry.integrity === undefined)).toEqual([])
  })

  test('knows the builds for every platform, without which npm ci refuses it', () => {
    const known = new Set(packages.map(([path]) => path.replace(/^.*node_modules\//, '')))
    const wanted = packages.flatMap(([, entry]) => Object.keys(entry.optionalDependencies ?? {}))
    expect(wanted.length).toBeGreaterThan(10)
    expect(wanted.filter((name) => !known.has(name))).toEqual([])
  })
})
