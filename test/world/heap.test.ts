/** The heap against a stable sort: whatever is pushed and taken, in whatever turns. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Heap } from '../../simulations/heap.js'

test('entries come by time, equal times in the order in which they were pushed', () => {
  const turn = fc.oneof(fc.nat(9), fc.constant(null))
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 400 }), (turns) => {
      const heap = new Heap<string>()
      const waiting: { time: number; order: number }[] = []
      const take = (): void => {
        waiting.sort((a, b) => a.time - b.time || a.order - b.order)
        const first = waiting.shift()
        if (first === undefined) return
        expect(heap.next).toBe(first.time)
        heap.take()
        expect([heap.time, heap.kind, heap.a, heap.b, heap.what]).toEqual([
          first.time,
          first.order % 7,
          first.order,
          -first.order,
          `${first.order}`,
        ])
      }
      turns.forEach((time, order) => {
        if (time === null) return take()
        heap.push(time, order % 7, order, -order, `${order}`)
        waiting.push({ time, order })
      })
      while (heap.size > 0) take()
      expect(waiting).toEqual([])
      expect(heap.next).toBe(Infinity)
    }),
  )
})

test('thousands of entries, more than it was made for', () => {
  const heap = new Heap<undefined>()
  for (let i = 0; i < 5000; i++) heap.push((i * 7919) % 5003, 1, i, 0, undefined)
  const times: number[] = []
  while (heap.size > 0) {
    heap.take()
    times.push(heap.time)
  }
  expect(times).toHaveLength(5000)
  expect(times).toEqual([...times].sort((a, b) => a - b))
})

test('a time between two microseconds is no time', () => {
  expect(() => new Heap<undefined>().push(0.5, 0, 0, 0, undefined)).toThrow('is whole')
})
