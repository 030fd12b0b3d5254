/** Requests and replies survive the wire, and junk is nothing. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Answer, Ask, Reply, Request } from '../../../src/cluster/data/request.js'
import {
  readReply,
  readRequest,
  replyBytes,
  requestBytes,
} from '../../../src/cluster/data/request-bytes.js'
import { hostId } from '../arbitrary.js'

const bytes = fc.uint8Array({ maxLength: 300 })
const epoch = fc.nat({ max: 2 ** 31 - 1 })

const ask: fc.Arbitrary<Ask> = fc.oneof(
  bytes.map((key): Ask => ({ kind: 'read', key })),
  fc.record({ key: bytes, value: bytes }).map((entry): Ask => ({ kind: 'write', entry })),
)
const request: fc.Arbitrary<Request> = fc.record({ epoch, by: hostId, to: hostId, ask })

const answer: fc.Arbitrary<Answer> = fc.oneof(
  fc.constant<Answer>({ kind: 'written' }),
  fc.option(bytes).map((value): Answer => ({ kind: 'row', value })),
  epoch.map((at): Answer => ({ kind: 'stale', epoch: at })),
  fc.string({ maxLength: 100 }).map((why): Answer => ({ kind: 'refused', why })),
)
const moment = fc.record({ millis: fc.nat({ max: 2 ** 47 }), counter: fc.nat(65_535) })
const reply: fc.Arbitrary<Reply> = fc.record({ answer, moment })

test('what was written is read', () => {
  fc.assert(fc.property(request, (made) => expect(readRequest(requestBytes(made))).toEqual(made)))
  fc.assert(fc.property(reply, (made) => expect(readReply(replyBytes(made))).toEqual(made)))
})

test('junk is undefined, and nothing throws', () => {
  fc.assert(
    fc.property(bytes, (junk) => {
      readRequest(junk)
      readReply(junk)
    }),
  )
  fc.assert(
    fc.property(request, fc.nat(20), (made, cut) => {
      const whole = requestBytes(made)
      expect(readRequest(whole.slice(0, whole.length - 1 - cut))).toBeUndefined()
      expect(readRequest(new Uint8Array([...whole, 0]))).toBeUndefined()
    }),
  )
})
