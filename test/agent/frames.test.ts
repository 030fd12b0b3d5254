/** Frames come out as they went in, however the stream was cut. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { FRAME_LIMIT, FrameReader, frameHeader } from '../../src/agent/frames.js'

function wire(frames: readonly Uint8Array[]): Buffer {
  return Buffer.concat(frames.flatMap((frame) => [frameHeader(frame.length), frame]))
}

test('frames come out whole and in order, wherever the pieces end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 20 }),
      (frames, cuts) => {
        const bytes = wire(frames)
        const reader = new FrameReader()
        const read: Uint8Array[] = []
        for (let offset = 0, turn = 0; offset < bytes.length; turn++) {
          const size = cuts[turn % cuts.length] ?? 1
          const got = reader.push(bytes.subarray(offset, offset + size))
          if (got !== 'oversized') read.push(...got)
          offset += size
        }
        expect(read.map((frame) => [...frame])).toEqual(frames.map((frame) => [...frame]))
      },
    ),
  )
})

test('the longest frame passes, one byte more is junk', () => {
  const longest = new FrameReader()
  expect(longest.push(wire([new Uint8Array(FRAME_LIMIT)]))).toHaveLength(1)
  expect(new FrameReader().push(frameHeader(FRAME_LIMIT + 1))).toBe('oversized')
})

test('a length alone sets no memory aside', () => {
  const reader = new FrameReader()
  expect(reader.push(frameHeader(FRAME_LIMIT))).toEqual([])
  expect(reader.push(Buffer.from('x'))).toEqual([])
})
