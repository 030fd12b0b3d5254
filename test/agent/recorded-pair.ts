/**
 * Two nodes that talk in virtual time, one of them recorded: it starts, meets the other, is told
 * facts, and may see the other fall silent.
 */
import { known } from '../../src/base/assert.js'
import type { Effect, Machine } from '../../src/base/machine.js'
import { Random } from '../../src/base/random.js'
import { Recorder } from '../../src/agent/recording/recorder.js'
import type { RecordingFiles } from '../../src/agent/recording/files.js'
import { Node, type NodeCommand, type NodeEvent } from '../../src/cluster/node.js'
import { hostIdFromWords } from '../../src/gossip/identity.js'
import { settingsFor } from '../../src/gossip/settings.js'

const WALL = Date.UTC(2026, 2, 1, 12)
const DELAY = 0.25
const ADDRESSES = ['10.0.0.1:7946', '10.0.0.2:7946'] as const

type Files = Pick<RecordingFiles, 'first' | 'segment' | 'append' | 'close' | 'closeNow'>

export class RecordedPair {
  now = 1000
  readonly node = nodeCalled(1)
  readonly recorder: Recorder
  /** What each said; bounded by the length of one test. */
  readonly told: NodeEvent[] = []
  private readonly machines: readonly Machine<NodeCommand, NodeEvent>[]
  /** What is to happen, soonest first; bounded by what is under way. */
  private readonly agenda: { readonly at: number; readonly act: () => void }[] = []
  private silent = false

  constructor(
    files: Files,
    segmentBytes: number,
    onStopped: (why: string) => void = () => undefined,
  ) {
    const identity = { hostId: hostIdFromWords(1, 1, 1, 1), name: 'n1' }
    const now = (): number => this.now
    const wall = (): number => WALL + this.now
    const { node } = this
    this.recorder = new Recorder({ node, files, ...identity, segmentBytes, wall, now, onStopped })
    this.machines = [this.recorder, nodeCalled(2)]
    this.command(0, { kind: 'start' })
    this.command(1, { kind: 'start' })
    this.command(0, { kind: 'seeds', addresses: [ADDRESSES[1]] })
  }

  command(index: number, command: NodeCommand): void {
    this.perform(index, this.machine(index).command(command, this.now))
  }

  /** The other neither hears nor speaks from now on. */
  silence(): void {
    this.silent = true
  }

  /** Time passes; after each stretch the recorder's timers are given a turn by the caller. */
  run(span: number): void {
    const until = this.now + span
    for (let [next] = this.agenda; next !== undefined && next.at <= until; [next] = this.agenda) {
      this.agenda.shift()
      // Whole microseconds, as the agent's clock gives them.
      this.now = Math.max(this.now, Math.ceil(next.at * 1000) / 1000)
      next.act()
    }
    this.now = until
  }

  private plan(at: number, act: () => void): void {
    const place = this.agenda.findIndex((other) => other.at > at)
    this.agenda.splice(place < 0 ? this.agenda.length : place, 0, { at, act })
  }

  private machine(index: number): Machine<NodeCommand, NodeEvent> {
    return known(this.machines[index], 'a machine')
  }

  private perform(index: number, effects: readonly Effect<NodeEvent>[]): void {
    for (const effect of effects) this.performOne(index, effect)
    const { wakeAt } = this.machine(index)
    if (wakeAt === Infinity || (index === 1 && this.silent)) return
    this.plan(Math.max(wakeAt, this.now), () => {
      const due = this.machine(index).wakeAt <= this.now
      if (due) this.perform(index, this.machine(index).wake(this.now))
    })
  }

  private performOne(index: number, effect: Effect<NodeEvent>): void {
    const from = known(ADDRESSES[index], 'an address')
    switch (effect.kind) {
      case 'send':
      case 'stream': {
        const to = ADDRESSES.findIndex((address) => address === effect.to)
        const via = effect.kind === 'send' ? 'datagram' : 'stream'
        if (this.silent || to < 0) return
        this.after(DELAY, to, (machine) => machine.receive(from, effect.bytes, via, this.now))
        return
      }
      case 'persist':
        this.after(DELAY, index, (machine) => machine.stored(effect.ticket, true, this.now))
        return
      case 'event':
        if (index === 0) this.told.push(effect.event)
    }
  }

  private after(
    span: number,
    index: number,
    step: (machine: Machine<NodeCommand, NodeEvent>) => readonly Effect<NodeEvent>[],
  ): void {
    this.plan(this.now + span, () => this.perform(index, step(this.machine(index))))
  }
}

function nodeCalled(number: 1 | 2): Node {
  const options = {
    settings: settingsFor('lan', {}),
    cluster: 'pair',
    hostId: hostIdFromWords(number, number, number, number),
    name: `n${number}`,
    address: ADDRESSES[number - 1] ?? '',
    dc: 'dc1',
    rack: 'rack1',
    tokens: 16,
    restored: null,
    wall: WALL + 1000,
    random: Random.from(number),
  }
  return new Node(options, 1000)
}
