/**
 * HOST:PORT, as text and on the wire: the examples of RFC 5952 for the one spelling of IPv6, round
 * trips by property against Node's own parser, and every shape that is no address.
 */
import { isIP } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { joinAddress, readAddress, splitAddress, writeAddress } from '../../src/base/address.js'
import { Reader, Writer } from '../../src/base/bytes.js'

const port = fc.integer({ min: 1, max: 65535 })
const v4 = fc.ipV4()
const v6 = fc
  .array(fc.oneof(fc.constant(0), fc.nat(65535)), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.map((group) => group.toString(16)).join(':'))

/** Through the wire and back. */
function passed(address: string): string {
  const out = new Writer(32)
  writeAddress(out, address)
  const from = new Reader(out.take())
  const back = readAddress(from)
  expect([from.failed, from.left]).toEqual([false, 0])
  return back
}

describe('text', () => {
  test.each([
    ['127.0.0.1:7946', '127.0.0.1', 7946],
    ['[::1]:7946', '::1', 7946],
    ['[::ffff:1.2.3.4]:1', '::ffff:1.2.3.4', 1],
    ['n1.example.org:65535', 'n1.example.org', 65535],
    ['host:0', 'host', 0],
  ])('%s is split into host and port', (text, host, number) => {
    expect(splitAddress(text)).toEqual({ host, port: number })
  })

  test.each([
    [''],
    ['host'],
    ['host:'],
    [':1'],
    ['host:65536'],
    ['host:123456'],
    ['host:-1'],
    ['host:1x'],
    ['::1:7946'],
    ['[::1]'],
    ['[host]:1'],
    ['[::1]:1 '],
    ['a:b:1'],
  ])('%j is neither', (text) => {
    expect(splitAddress(text)).toBeUndefined()
  })

  test('joining undoes splitting, with brackets around IPv6', () => {
    expect(joinAddress('::1', 7946)).toBe('[::1]:7946')
    fc.assert(
      fc.property(fc.oneof(v4, fc.ipV6(), fc.domain()), port, (host, number) => {
        expect(splitAddress(joinAddress(host, number))).toEqual({ host, port: number })
      }),
    )
  })

  test('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void splitAddress(text)))
  })
})

describe('on the wire', () => {
  test('IPv4 takes seven bytes and comes back as it was', () => {
    const out = new Writer(32)
    writeAddress(out, '10.1.2.3:258')
    expect([...out.take()]).toEqual([4, 10, 1, 2, 3, 1, 2])
    fc.assert(
      fc.property(v4, port, (host, number) => {
        expect(passed(joinAddress(host, number))).toBe(joinAddress(host, number))
      }),
    )
  })

  test('IPv6 comes back in the one spelling of RFC 5952, which stays', () => {
    fc.assert(
      fc.property(v6, port, (host, number) => {
        const back = passed(joinAddress(host, number))
        expect(passed(back)).toBe(back)
        expect(isIP(splitAddress(back)?.host ?? '')).toBe(6)
        const same = new URL(`http://[${host}]/`).hostname
        expect(back).toBe(`${same}:${number}`)
      }),
      { numRuns: 300 },
    )
  })

  test.each([
    ['2001:0db8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1', 'section 4.2.3: the first'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1', 'section 4.2.2: no single zero'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1', 'section 4.2.3: the longest'],
    ['2001:DB8::AbCd', '2001:db8::abcd', 'section 4.3: lower case'],
    ['0:0:0:0:0:0:0:0', '::', 'all zeros'],
    ['1:0:0:0:0:0:0:0', '1::', 'zeros at the end'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0', 'one zero is written'],
  ])('%s is written %s (%s)', (host, expected) => {
    expect(passed(`[${host}]:1`)).toBe(`[${expected}]:1`)
  })

  test.each([
    ['a name', 'n1.example.org:1'],
    ['too large a byte', '256.1.1.1:1'],
    ['too few bytes', '1.2.3:1'],
    ['two gaps', '[1::2::3]:1'],
    ['nine groups', '[1:2:3:4:5:6:7:8:9]:1'],
    ['seven groups', '[1:2:3:4:5:6:7]:1'],
    ['eight groups and a gap', '[1:2:3:4::5:6:7:8]:1'],
    ['a long group', '[12345::]:1'],
    ['a stray colon', '[:1::2]:1'],
    ['nothing', ''],
  ])('%s is written as no address', (_, address) => {
    expect(passed(address)).toBe('')
  })

  test('junk fails the reader or gives an address that passes again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), fc.constantFrom(4, 6, 7), (junk, family) => {
        const from = new Reader(Uint8Array.from([family, ...junk]))
        const address = readAddress(from)
        if (!from.failed) expect(passed(address)).toBe(address)
        else expect(from.left).toBe(0)
      }),
    )
    const strange = new Reader(Uint8Array.from([5, 1, 2, 3, 4, 5, 6]))
    readAddress(strange)
    expect(strange.failed).toBe(true)
  })
})
