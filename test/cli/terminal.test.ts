/** The terminal: lines cut as the eye sees them, and a screen that writes only what differs. */
import { describe, expect, test } from '@jest/globals'
import { clip, visibleLength } from '../../src/cli/terminal/clip.js'
import { Screen, difference } from '../../src/cli/terminal/screen.js'
import { pictureLines } from '../../src/cli/layout/picture.js'
import { plain } from '../../src/cli/surroundings.js'
import { FakeWorld, clusterStatus, nodeStatus } from './fake-world.js'

const RED = '\u001b[31m'
const END = '\u001b[39m'

describe('cutting lines', () => {
  test('colours take no room', () => {
    expect(visibleLength(`${RED}DN${END}  n3`)).toBe(6)
    expect(clip(`${RED}DN${END}  n3`, 6)).toBe(`${RED}DN${END}  n3`)
  })

  test('what is cut ends in an ellipsis, with its colours reset', () => {
    expect(clip('abcdef', 4)).toBe('abc…')
    expect(clip(`${RED}abcdef${END}`, 4)).toBe(`${RED}abc…\u001b[0m`)
    expect(clip('abc', 0)).toBe('')
  })
})

describe('a screen', () => {
  test('writes only the lines that differ', () => {
    expect(difference(['a', 'b', 'c'], ['a', 'x'])).toBe('\u001b[2;1Hx\u001b[K\u001b[3;1H\u001b[K')
    expect(difference(['a'], ['a'])).toBe('')
  })

  test('uses the alternate screen and gives the terminal back', () => {
    const world = new FakeWorld()
    const screen = new Screen(world)
    screen.show(() => ['one', 'two'])
    screen.close()
    screen.close()
    screen.show(() => ['too late'])
    expect(world.out.pieces[0]).toBe('\u001b[?1049h\u001b[?25l\u001b[2J')
    expect(world.out.pieces.at(-1)).toBe('\u001b[?25h\u001b[?1049l')
    expect(world.out.text).not.toContain('too late')
  })

  test('paints anew, within the new size, when the size changes', () => {
    const world = new FakeWorld()
    const screen = new Screen(world)
    screen.show((columns, rows) => [`${columns} by ${rows}`, 'second', 'third'])
    const before = world.out.pieces.length
    world.out.resize(6, 2)
    const after = world.out.pieces.slice(before).join('')
    expect(after).toContain('\u001b[2J')
    expect(after).toContain('6 by 2')
    expect(after).toContain('second')
    expect(after).not.toContain('third')
    screen.close()
  })
})

describe('the live picture', () => {
  const status = clusterStatus([nodeStatus(1), nodeStatus(2)])
  const time = new Date(2026, 2, 1, 12).toISOString()
  const events = Array.from({ length: 40 }, (_, i) => ({ time, event: `e${i + 1}` }))
  const seen = { status, from: 'a:1', events, trouble: undefined }
  const picture = { title: 'T', seen, names: true, foot: ['Try this:', 'one', 'Ctrl-C ends.'] }

  test('fills the room with the newest events and keeps the foot', () => {
    const lines = pictureLines(picture, 100, 30, plain)
    expect(lines.length).toBe(30)
    expect(lines[0]).toBe('T')
    expect(lines.at(-1)).toBe('Ctrl-C ends.')
    expect(lines.at(-5)).toContain('e40')
    expect(lines.some((line) => line.includes('Host ID  '))).toBe(true)
  })

  test('in few rows the advice gives way, in few columns the host ids', () => {
    const lines = pictureLines(picture, 60, 16, plain)
    expect(lines.length).toBeLessThanOrEqual(16)
    expect(lines.at(-1)).toBe('Ctrl-C ends.')
    expect(lines).not.toContain('one')
    expect(lines.find((line) => line.includes('UN'))).toContain('11111111  rack1')
  })

  test('says when it is out of date, and what it waits for before the first answer', () => {
    const late = { ...picture, seen: { ...seen, trouble: 'no agent is running' } }
    expect(pictureLines(late, 100, 40, plain)).toContain('Out of date: no agent is running')
    const none = { ...picture, waiting: 'Starting n1 ...', seen: { ...seen, status: undefined } }
    expect(pictureLines(none, 100, 40, plain)).toContain('Starting n1 ...')
  })
})
