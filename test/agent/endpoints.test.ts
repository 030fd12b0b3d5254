/** Addresses: one spelling, both families, nothing that would need a name service. */
import { expect, test } from '@jest/globals'
import { addressFrom, canonical, Endpoints, lookupNumeric } from '../../src/agent/endpoints.js'
import { reachable } from '../../src/agent/sockets.js'

test.each([
  ['::1', 7946, '[::1]:7946'],
  ['0:0:0:0:0:0:0:1', 7946, '[::1]:7946'],
  ['FE80::A', 1, '[fe80::a]:1'],
  ['::ffff:10.0.0.1', 1, '10.0.0.1:1'],
  ['10.0.0.1', 1, '10.0.0.1:1'],
])('%s port %i is spelt %s', (host, port, spelling) => {
  expect(canonical(host, port)).toBe(spelling)
})

test('what a socket of IPv6 hears from IPv4 is spelt as IPv4', () => {
  expect(addressFrom('::ffff:127.0.0.1', 9)).toBe('127.0.0.1:9')
})

test('a socket of IPv6 reaches IPv4 by a mapped address, one of IPv4 never reaches IPv6', () => {
  expect(new Endpoints(6).of('10.0.0.1:5')).toEqual({ host: '::ffff:10.0.0.1', port: 5 })
  expect(new Endpoints(4).of('[::1]:5')).toBeNull()
})

test.each(['', 'name:1', '10.0.0.1:0', '10.0.0.1:99999', 'junk'])('%j is nobody', (address) => {
  expect(new Endpoints(4).of(address)).toBeNull()
})

test('the look-up answers at once', () => {
  const answers: unknown[] = []
  lookupNumeric('::1', {}, (...answer) => answers.push(answer))
  expect(answers).toEqual([[null, '::1', 6]])
})

test('a wildcard is advertised as the first address that others can use', () => {
  const interfaces = [
    { address: '127.0.0.1', family: 'IPv4', internal: true },
    { address: 'fe80::1', family: 'IPv6', internal: false },
    { address: '10.1.2.3', family: 'IPv4', internal: false },
    { address: '2001:db8::5', family: 'IPv6', internal: false },
  ]
  expect(reachable({ host: '0.0.0.0', port: 7, version: 4 }, interfaces)).toBe('10.1.2.3:7')
  expect(reachable({ host: '::', port: 7, version: 6 }, interfaces)).toBe('[2001:db8::5]:7')
  expect(reachable({ host: '0.0.0.0', port: 7, version: 4 }, [])).toBe('127.0.0.1:7')
  expect(reachable({ host: '10.9.9.9', port: 7, version: 4 }, interfaces)).toBe('10.9.9.9:7')
})
