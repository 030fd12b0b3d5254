/**
 * What a node is told is written down and can be told again: whole, cut off, rotated, damaged, and
 * by a build that decides otherwise.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RecordingFiles } from '../../src/agent/recording/files.js'
import { isNodeCommand } from '../../src/agent/recording/node-command.js'
import { Recording } from '../../src/agent/recording/recording.js'
import { Replayer, type Replay, type Until } from '../../src/agent/recording/replay.js'
import { release } from '../../src/agent/release.js'
import { known } from '../../src/base/assert.js'
import { network } from '../../src/ring/replication.js'
import type { NodeCommand } from '../../src/cluster/node.js'
import { snapshotOf } from '../../src/cluster/node-snapshot.js'
import { RecordedPair } from './recorded-pair.js'

const END: Until = { kind: 'end' }

let folder = ''
let path = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'murmur-recording-'))
  path = join(folder, 'n1.rec')
})

afterEach(() => rmSync(folder, { recursive: true }))

/** The recorder works by timers of its own; they get their turn here. */
async function recorded(segmentBytes = Infinity, keep = 100): Promise<RecordedPair> {
  const files = await RecordingFiles.open(path, keep, () => undefined)
  const pair = new RecordedPair(files, segmentBytes)
  for (let second = 0; second < 30; second++) {
    if (second === 5) {
      const value = new Uint8Array(700).fill(second)
      pair.command(1, { kind: 'publish', key: 'k', value })
      pair.command(0, { kind: 'publish', key: 'mine', value: null })
    }
    if (second === 12) pair.silence()
    pair.run(1000)
    if (segmentBytes < Infinity) await new Promise((resolve) => setTimeout(resolve, 110))
  }
  return pair
}

function replayOf(bytes: Uint8Array, until = END): { replay: Replay; replayer: Replayer } {
  const replayer = new Replayer(Recording.open(bytes, 'n1.rec', release()))
  return { replayer, replay: replayer.run(until) }
}

describe('a recording', () => {
  test('replays to the same effects, the same hash and the same state', async () => {
    const pair = await recorded()
    await pair.recorder.close()
    const { replay, replayer } = replayOf(readFileSync(path))
    expect(pair.told.map((event) => event.kind)).toContain('member.down')
    expect(pair.recorder.steps).toBeGreaterThan(100)
    expect(replay.steps).toBe(pair.recorder.steps)
    expect(replay.traceHash).toBe(pair.recorder.traceHash)
    expect(replay.stop).toEqual({
      kind: 'end',
      end: { kind: 'whole', hash: pair.recorder.traceHash },
    })
    expect(snapshotOf(replayer.node)).toEqual(snapshotOf(pair.node))
  })

  test('cut off anywhere replays to the last whole step', async () => {
    const pair = await recorded()
    await pair.recorder.close()
    const bytes = readFileSync(path)
    const whole = replayOf(bytes).replay.steps
    const begun = bytes.length - pair.recorder.steps * 10
    for (let length = bytes.length - 1; length > begun; length -= 37) {
      const { replay } = replayOf(bytes.subarray(0, length))
      expect(replay.stop).toEqual({ kind: 'end', end: { kind: 'cut' } })
      expect(replay.steps).toBeLessThanOrEqual(whole)
      expect(replay.steps).toBeGreaterThan(0)
    }
    const zeros = Buffer.concat([bytes.subarray(0, -900), Buffer.alloc(4096)])
    expect(replayOf(zeros).replay.stop).toEqual({ kind: 'end', end: { kind: 'cut' } })
  })

  test('is written by the end of the process too', async () => {
    const pair = await recorded()
    process.emit('exit', 0)
    expect(replayOf(readFileSync(path)).replay.steps).toBe(pair.recorder.steps)
    await pair.recorder.close()
  })

  test('stops at a time and at an event, with the state of that moment', async () => {
    const pair = await recorded()
    await pair.recorder.close()
    const bytes = readFileSync(path)
    const down = replayOf(bytes, { kind: 'event', event: 'member.down' })
    expect(down.replay.stop).toEqual({ kind: 'event' })
    const seen = (replayer: Replayer, now: number): unknown =>
      replayer.node.view(now).members.map(({ name, liveness }) => `${name} ${liveness}`)
    expect(seen(down.replayer, down.replay.now)).toEqual(['n1 up', 'n2 down'])
    const wall = down.replayer.wall(down.replay.now)
    const before = replayOf(bytes, { kind: 'time', wall: wall - 1 })
    expect(before.replay.stop).toEqual({ kind: 'time' })
    expect(seen(before.replayer, before.replay.now)).toEqual(['n1 up', 'n2 suspect'])
  })

  test('goes on in segments, each of which replays by itself to where the next begins', async () => {
    const pair = await recorded(1, 3)
    await pair.recorder.close()
    const numbers = [...Array(50).keys()].filter((n) => existsSync(`${path}.${n}`))
    expect(numbers).toHaveLength(2)
    const paths = [...numbers.map((n) => `${path}.${n}`), path]
    const segments = paths.map((one) => {
      const recording = Recording.open(readFileSync(one), one, release())
      const start = snapshotOf(recording.node)
      const replay = new Replayer(recording).run(END)
      return { head: recording.head, start, end: snapshotOf(recording.node), replay }
    })
    expect(segments.map(({ head }) => head.number)).toEqual(
      [0, 1, 2].map((n) => n + known(numbers[0], 'a number')),
    )
    for (const [i, { replay, end, head }] of segments.entries()) {
      const next = segments[i + 1]
      expect(replay.stop).toMatchObject({ end: { kind: 'whole', hash: replay.traceHash } })
      if (next === undefined) expect(replay.traceHash).toBe(pair.recorder.traceHash)
      else expect([next.head.steps, next.start]).toEqual([head.steps + replay.steps, end])
    }
  })

  test('of a former run is kept as one more segment', async () => {
    await (await recorded()).recorder.close()
    const former = readFileSync(path)
    await (await recorded()).recorder.close()
    expect(readFileSync(`${path}.1`)).toEqual(former)
    expect(Recording.open(readFileSync(path), path, release()).head.number).toBe(2)
  })
})

describe('a step that differs from its record', () => {
  test('is the first that is told, with what was expected and what was found', async () => {
    const pair = await recorded()
    await pair.recorder.close()
    const recording = Recording.open(readFileSync(path), path, release())
    // As if this build decided otherwise: the node has got a word in between.
    recording.node.command({ kind: 'publish', key: 'x', value: null }, recording.head.now)
    const { stop, steps } = new Replayer(recording).run(END)
    if (stop.kind !== 'difference') throw new Error(stop.kind)
    const { number, expected, outcome } = stop.difference
    expect(number).toBe(steps + 1)
    expect(number).toBeLessThan(10)
    expect(outcome).not.toEqual(expected)
    expect([expected.kind, outcome.kind]).toEqual(['effects', 'effects'])
  })
})

describe('a file that cannot be replayed', () => {
  const refused = (bytes: Uint8Array, version = release()): string => {
    try {
      Recording.open(bytes, 'n1.rec', version)
    } catch (error) {
      return error instanceof Error ? error.message : ''
    }
    return 'taken'
  }

  test('is told apart: empty, foreign, cut in its head, damaged, of another version', async () => {
    await (await recorded()).recorder.close()
    const bytes = readFileSync(path)
    const changed = (place: number): Buffer => {
      const copy = Buffer.from(bytes)
      copy[place] = (copy[place] ?? 0) ^ 0xff
      return copy
    }
    expect(refused(new Uint8Array(0))).toBe('n1.rec is empty.')
    expect(refused(Buffer.from('{ "a": 1 }'))).toBe('n1.rec is no recording of an agent.')
    expect(refused(bytes.subarray(0, 10))).toBe('n1.rec ends before its first step.')
    expect(refused(bytes.subarray(0, 300))).toBe('n1.rec ends before its first step.')
    expect(refused(changed(300))).toBe('n1.rec is damaged in its first part, the snapshot.')
    expect(refused(bytes, '9.9.9')).toContain(`was recorded by ${release()}, this is 9.9.9`)
    const format = changed(17)
    format[17] = 2
    expect(refused(format)).toContain('a program that writes format 2')
    const inside = replayOf(changed(bytes.length - 3000)).replay
    expect(inside.stop).toEqual({ kind: 'end', end: { kind: 'damaged' } })
    expect(inside.steps).toBeGreaterThan(50)
  })
})

describe('files that cannot be written', () => {
  test('refuse the start, where they are no recording or no folder is there', async () => {
    writeFileSync(path, 'a letter')
    await expect(RecordingFiles.open(path, 1, () => undefined)).rejects.toThrow('was left alone')
    expect(readFileSync(path, 'utf8')).toBe('a letter')
    const nowhere = join(folder, 'no', 'n1.rec')
    await expect(RecordingFiles.open(nowhere, 1, () => undefined)).rejects.toThrow('be written')
  })

  const full = existsSync('/dev/full') ? test : test.skip

  full('end the recording with one warning, and the node goes on', async () => {
    const warnings: string[] = []
    const files = await RecordingFiles.open(path, 1, (why) => pair.recorder.stop(why))
    rmSync(path)
    symlinkSync('/dev/full', path)
    const pair: RecordedPair = new RecordedPair(files, Infinity, (why) => warnings.push(why))
    for (let second = 0; second < 5; second++) {
      pair.run(1000)
      await new Promise((resolve) => setTimeout(resolve, 110))
    }
    expect(warnings).toEqual([expect.stringContaining('no space left')])
    expect(pair.node.view(pair.now).members).toHaveLength(2)
    expect(pair.told.map((event) => event.kind)).toContain('member.up')
    await pair.recorder.close()
  })
})

test('every command of a node can be recorded', () => {
  const commands = {
    start: { kind: 'start' },
    leave: { kind: 'leave' },
    drain: { kind: 'drain' },
    rejoin: { kind: 'rejoin' },
    seeds: { kind: 'seeds', addresses: ['10.0.0.1:7946'] },
    publish: { kind: 'publish', key: 'k', value: new Uint8Array(1) },
    ban: { kind: 'ban', hostId: 'x', as: 'removed' },
    found: { kind: 'found' },
    intend: {
      kind: 'intend',
      wish: { kind: 'create', name: 'shop', replication: network({ dc1: 3 }) },
    },
    withdraw: { kind: 'withdraw', id: 'x' },
    copied: { kind: 'copied', move: 'x' },
    behind: { kind: 'behind', epoch: 7, by: 'x' },
  } satisfies Record<NodeCommand['kind'], NodeCommand>
  for (const command of Object.values(commands)) expect(isNodeCommand(command)).toBe(true)
  expect(isNodeCommand({ kind: 'publish', key: 1, value: null })).toBe(false)
  expect(isNodeCommand(undefined)).toBe(false)
})
