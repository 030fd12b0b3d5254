/** Assertions that stay on: each is tried with what it must let pass and with what it must stop. */
import { describe, expect, test } from '@jest/globals'
import { assert, assertNever, at, Bug, known } from '../../src/base/assert.js'

describe('assert', () => {
  test('lets the truth pass and says which belief was broken', () => {
    expect(() => assert(true, 'never said')).not.toThrow()
    expect(() => assert(false, 'water is wet')).toThrow(new Bug('assertion failed: water is wet'))
  })

  test('throws a Bug, which is told from every other error by name and class', () => {
    try {
      assert(false, 'x')
    } catch (error) {
      expect(error).toBeInstanceOf(Bug)
      expect(error).toHaveProperty('name', 'Bug')
    }
    expect.assertions(2)
  })
})

test('assertNever names the value that no case covered', () => {
  const invented: unknown = { kind: 'tea' }
  const pretend = (value: unknown): value is never => value === invented
  expect(() => (pretend(invented) ? assertNever(invented, 'drink') : undefined)).toThrow(
    'unexpected drink: {"kind":"tea"}',
  )
})

describe('at', () => {
  test('gives what the list holds, falsy values too', () => {
    expect(at([7, 8], 1)).toBe(8)
    expect(at([0], 0)).toBe(0)
    expect(at(new Uint8Array([3]), 0)).toBe(3)
    expect(at([null], 0)).toBeNull()
  })

  test.each([[-1], [2], [0.5], [NaN]])('throws at %p of two', (index) => {
    expect(() => at([7, 8], index)).toThrow(`index ${index} of a list of 2`)
  })
})

describe('known', () => {
  test('gives the value, falsy ones too', () => {
    expect(known('', 'name')).toBe('')
    expect(known(0, 'count')).toBe(0)
  })

  test.each([[undefined], [null]])('throws for %p and says what is missing', (value) => {
    expect(() => known(value, 'the row')).toThrow('missing: the row')
  })
})
