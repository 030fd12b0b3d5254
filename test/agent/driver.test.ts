/**
 * The driver against a machine that only notes what reaches it, with fake timers and a clock of the
 * test's own.
 */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { Driver } from '../../src/agent/driver.js'
import { NEVER, type Effect, type Machine } from '../../src/base/machine.js'

interface Said {
  readonly word: string
}

class Scribe implements Machine<string, Said> {
  wakeAt = NEVER
  /** What reached it; bounded by the test. */
  readonly heard: string[] = []
  /** What it answers next; bounded by the test. */
  answers: Effect<Said>[] = []

  receive(from: string, bytes: Uint8Array, via: string, now: number): readonly Effect<Said>[] {
    return this.note(`receive ${from} ${bytes.length} ${via} at ${now}`)
  }

  command(command: string, now: number): readonly Effect<Said>[] {
    return this.note(`command ${command} at ${now}`)
  }

  stored(ticket: number, ok: boolean, now: number): readonly Effect<Said>[] {
    return this.note(`stored ${ticket} ${String(ok)} at ${now}`)
  }

  closed(peer: string, why: string, now: number): readonly Effect<Said>[] {
    return this.note(`closed ${peer} ${why} at ${now}`)
  }

  wake(now: number): readonly Effect<Said>[] {
    this.wakeAt = NEVER
    return this.note(`wake at ${now}`)
  }

  private note(line: string): readonly Effect<Said>[] {
    this.heard.push(line)
    return this.answers.splice(0)
  }
}

function scene() {
  const machine = new Scribe()
  const done: string[] = []
  const outlets = {
    send: (to: string) => void done.push(`send ${to}`),
    stream: (to: string) => void done.push(`stream ${to}`),
    persist: (ticket: number, key: string) => void done.push(`persist ${ticket} ${key}`),
    event: ({ word }: Said) => void done.push(`event ${word}`),
  }
  const driver = new Driver(machine, outlets, () => performance.now())
  return { machine, done, outlets, driver }
}

beforeEach(() => {
  jest.useFakeTimers({ now: 0 })
})

afterEach(() => {
  jest.useRealTimers()
})

test('effects are performed in order', () => {
  const { machine, done, driver } = scene()
  const bytes = new Uint8Array(1)
  machine.answers = [
    { kind: 'send', to: 'a', bytes },
    { kind: 'event', event: { word: 'x' } },
    { kind: 'persist', ticket: 1, key: 'k', bytes: null },
    { kind: 'stream', to: 'b', bytes },
  ]
  driver.command('go')
  expect(done).toEqual(['send a', 'event x', 'persist 1 k', 'stream b'])
})

test('a command given while effects are performed waits for its turn', () => {
  const { machine, done, outlets, driver } = scene()
  outlets.event = ({ word }) => {
    done.push(`event ${word}`)
    if (word !== 'first') return
    machine.answers = [{ kind: 'event', event: { word: 'inner' } }]
    driver.command('inner')
  }
  machine.answers = [
    { kind: 'event', event: { word: 'first' } },
    { kind: 'event', event: { word: 'second' } },
  ]
  driver.command('outer')
  expect(done).toEqual(['event first', 'event second', 'event inner'])
})

test('the machine is woken at its deadline and not before', () => {
  const { machine, driver } = scene()
  machine.wakeAt = 100
  driver.command('go')
  jest.advanceTimersByTime(99)
  expect(machine.heard).toEqual(['command go at 0'])
  jest.advanceTimersByTime(1)
  expect(machine.heard).toEqual(['command go at 0', 'wake at 100'])
})

test('a deadline that moved later is still met, one that moved earlier too', () => {
  const { machine, driver } = scene()
  machine.wakeAt = 100
  driver.command('a')
  machine.wakeAt = 300
  driver.command('b')
  jest.advanceTimersByTime(250)
  expect(machine.heard).not.toContain('wake at 100')
  machine.wakeAt = 260
  driver.command('c')
  jest.advanceTimersByTime(10)
  expect(machine.heard.at(-1)).toBe('wake at 260')
})

test('no deadline, no timer', () => {
  const { driver } = scene()
  driver.command('go')
  expect(jest.getTimerCount()).toBe(0)
})

test('a deadline years ahead does not ring at once', () => {
  const { machine, driver } = scene()
  machine.wakeAt = 1e12
  driver.command('go')
  jest.advanceTimersByTime(1000)
  expect(machine.heard).toEqual(['command go at 0'])
})

test('after a stall, what waits in the sockets is read before deadlines fire', () => {
  const { machine, driver } = scene()
  machine.wakeAt = 10
  driver.command('go')
  // The process stood still: the timer rings late, and the sockets are read in the turns that
  // follow.
  jest.setSystemTime(5000)
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => 5000)
  jest.advanceTimersToNextTimer()
  expect(machine.heard).toEqual(['command go at 0'])
  driver.receive('peer', new Uint8Array(2), 'datagram')
  jest.advanceTimersToNextTimer()
  expect(machine.heard).not.toContain('wake at 5000')
  jest.advanceTimersToNextTimer()
  expect(machine.heard.slice(1)).toEqual(['receive peer 2 datagram at 5000', 'wake at 5000'])
  clock.mockRestore()
})

test('nothing reaches the machine after the driver stopped', () => {
  const { machine, driver } = scene()
  machine.wakeAt = 10
  driver.command('go')
  driver.stop()
  driver.receive('peer', new Uint8Array(1), 'datagram')
  driver.closed('peer', 'lost')
  driver.stored(1, true)
  jest.advanceTimersByTime(1000)
  expect(machine.heard).toEqual(['command go at 0'])
})
