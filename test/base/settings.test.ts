/**
 * Settings declared once: every kind with what it takes and refuses, every problem at once, the
 * names derived for command line and environment, and that no input whatever makes the check throw.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  environmentName,
  flagName,
  settle,
  validRange,
  withDefaults,
  type Declarations,
} from '../../src/base/settings.js'

const even = (value: string): string | undefined =>
  value.length % 2 === 0 ? undefined : `${value} has an odd number of letters`

const declarations = {
  probePeriod: { kind: 'number', unit: 'ms', default: 1000, min: 50, max: 60000, why: 'pace' },
  factor: { kind: 'number', unit: '', default: 1.5, min: 0, max: 9, fraction: true, why: 'more' },
  name: { kind: 'text', default: 'n1', shape: 'NAME', problem: even, why: 'who' },
  profile: { kind: 'choice', default: 'lan', choices: ['lan', 'calm'], why: 'where' },
  json: { kind: 'flag', default: false, why: 'for machines' },
  seeds: { kind: 'list', default: [], shape: 'HOST:PORT', problem: even, why: 'whom to join' },
} as const satisfies Declarations

const defaults = {
  probePeriod: 1000,
  factor: 1.5,
  name: 'n1',
  profile: 'lan',
  json: false,
  seeds: [],
}

describe('a setting takes', () => {
  test.each([
    ['probePeriod', 50, 50],
    ['probePeriod', 60000, 60000],
    ['probePeriod', '250', 250],
    ['probePeriod', ' 250 ', 250],
    ['factor', 0.5, 0.5],
    ['factor', '0.5', 0.5],
    ['name', 'node', 'node'],
    ['name', 42, '42'],
    ['profile', 'calm', 'calm'],
    ['json', true, true],
    ['json', 'true', true],
    ['json', '1', true],
    ['json', '0', false],
    ['json', 'false', false],
    ['seeds', 'ab,cd', ['ab', 'cd']],
    ['seeds', 'ab,,cd,', ['ab', 'cd']],
    ['seeds', '', []],
    ['seeds', ['ab', 'cd'], ['ab', 'cd']],
  ])('%s: %j as %j', (key, given, expected) => {
    const { values, problems } = settle(declarations, { [key]: given })
    expect(problems).toEqual([])
    expect(values).toEqual({ ...defaults, [key]: expected })
  })
})

describe('a setting refuses', () => {
  test.each([
    ['probePeriod', 49, '49 is not valid, give 50 to 60000 ms'],
    ['probePeriod', 60001, '60001 is not valid, give 50 to 60000 ms'],
    ['probePeriod', 100.5, '100.5 is not valid, give 50 to 60000 ms'],
    ['probePeriod', '1s', '"1s" is not valid, give 50 to 60000 ms'],
    ['probePeriod', '', '"" is not valid, give 50 to 60000 ms'],
    ['probePeriod', NaN, 'null is not valid, give 50 to 60000 ms'],
    ['probePeriod', null, 'null is not valid, give 50 to 60000 ms'],
    ['factor', 9.1, '9.1 is not valid, give 0 to 9'],
    ['name', 'odd', 'odd has an odd number of letters'],
    ['name', true, 'true is not valid, give NAME'],
    ['profile', 'wan', '"wan" is not valid, give one of lan, calm'],
    ['json', 'yes', '"yes" is not valid, give true or false'],
    ['json', 1, '1 is not valid, give true or false'],
    ['seeds', 'ab,odd', 'odd has an odd number of letters'],
    ['seeds', [1], '[1] is not valid, give HOST:PORT,...'],
    ['seeds', 7, '7 is not valid, give HOST:PORT,...'],
  ])('%s: %j', (key, given, says) => {
    const { values, problems } = settle(declarations, { [key]: given })
    expect(problems).toEqual([{ setting: key, says: `${key}: ${says}` }])
    expect(values).toEqual(defaults)
  })
})

describe('all problems', () => {
  test('are told at once, unknown names with the nearest known one', () => {
    const given = { probePeriode: 1, probePeriod: 1, tea: 'hot', profile: 'moon', json: true }
    const { values, problems } = settle(declarations, given)
    expect(problems.map(({ says }) => says)).toEqual([
      'probePeriode: there is no such setting, did you mean probePeriod?',
      'tea: there is no such setting',
      'probePeriod: 1 is not valid, give 50 to 60000 ms',
      'profile: "moon" is not valid, give one of lan, calm',
    ])
    expect(values).toEqual({ ...defaults, json: true })
  })

  test('are one RangeError where defaults are replaced by a program', () => {
    expect(withDefaults(declarations, { probePeriod: 50 })).toEqual({
      ...defaults,
      probePeriod: 50,
    })
    expect(withDefaults(declarations)).toEqual(defaults)
    expect(() => withDefaults(declarations, { probePeriod: 1, factor: 10 })).toThrow(
      new RangeError(
        'probePeriod: 1 is not valid, give 50 to 60000 ms; factor: 10 is not valid, give 0 to 9',
      ),
    )
  })
})

test('undefined is as good as not given, and what every object inherits is no setting', () => {
  expect(settle(declarations, { json: undefined })).toEqual({ values: defaults, problems: [] })
  const inherited = Object.fromEntries([
    ['toString', 1],
    ['__proto__', 2],
  ])
  expect(settle(declarations, inherited).problems).toHaveLength(2)
})

test('whatever is given, the values keep to their declarations and nothing throws', () => {
  const key = fc.oneof(fc.constantFrom(...Object.keys(declarations)), fc.string())
  fc.assert(
    fc.property(fc.dictionary(key, fc.jsonValue()), (given) => {
      const { values, problems } = settle(declarations, given)
      expect(values.probePeriod >= 50 && values.probePeriod <= 60000).toBe(true)
      expect(['lan', 'calm']).toContain(values.profile)
      expect(typeof values.json).toBe('boolean')
      for (const { setting } of problems) expect(Object.keys(given)).toContain(setting)
    }),
  )
})

describe('names and ranges', () => {
  test.each([
    ['probePeriod', '--probe-period', 'MURMUR_PROBE_PERIOD'],
    ['json', '--json', 'MURMUR_JSON'],
    ['apiPortMax', '--api-port-max', 'MURMUR_API_PORT_MAX'],
  ])('%s is %s and %s', (key, flag, environment) => {
    expect(flagName(key)).toBe(flag)
    expect(environmentName(key)).toBe(environment)
  })

  test('of every kind can be said in words', () => {
    expect(Object.values(declarations).map(validRange)).toEqual([
      '50 to 60000 ms',
      '0 to 9',
      'NAME',
      'one of lan, calm',
      'true or false',
      'HOST:PORT,...',
    ])
  })
})
