/**
 * A scenario run under observation, in steps as long as its caller likes, so that progress can be
 * shown and the run be stopped in the middle: what was measured until then stays.
 */
import type { Millis } from '../../src/base/machine.js'
import type { Fault } from '../fault.js'
import { Run, type Outcome } from '../run.js'
import type { Scenario } from '../scenario.js'
import { Recorder, SAMPLE, type Recorded } from './recorder.js'
import type { News } from './spread.js'
import { summaryOf, type Summary } from './summary.js'
import { followedIn, troubledBy } from './trouble.js'

export interface Measured {
  readonly outcome: Outcome
  readonly recorded: Recorded
  readonly summary: Summary
  /** Virtual time that was reached. */
  readonly until: Millis
  readonly complete: boolean
}

export interface MeasuredOptions {
  /** Whether safety and agreement are checked; another protocol than ours may well break them. */
  readonly checked: boolean
}

export class MeasuredRun {
  private readonly scenario: Scenario
  private readonly run: Run
  private readonly recorder: Recorder

  constructor(scenario: Scenario, seed: number, { checked }: MeasuredOptions) {
    this.scenario = scenario
    this.recorder = new Recorder({
      troubled: troubledBy(scenario),
      followed: followedIn(scenario),
    })
    this.run = new Run(scenario, seed, { checked, watchers: [() => this.recorder] })
    this.recorder.look(this.run.world.hosts)
    this.plan()
  }

  get now(): Millis {
    return this.run.world.now
  }

  get end(): Millis {
    return this.run.end
  }

  /**
   * Lets at most so much time pass, and at most so many things happen.
   * @returns whether there is more to come
   */
  step(span: Millis, most = Infinity): boolean {
    return this.run.step(span, most)
  }

  get measured(): Measured {
    const { recorded } = this.recorder
    return {
      outcome: this.run.outcome(),
      recorded,
      summary: summaryOf(recorded, this.scenario),
      until: this.now,
      complete: this.now >= this.end,
    }
  }

  /**
   * After the same things were planned in the world, so that the recorder looks at what they did.
   */
  private plan(): void {
    const { run, recorder } = this
    for (const { at, fault } of this.scenario.steps) run.at(at, () => this.announce(fault))
    for (let at = SAMPLE; at <= this.end; at += SAMPLE) run.at(at, () => recorder.sample(at))
  }

  private announce(fault: Fault): void {
    const { recorder, now } = this
    const about = (news: News, names: readonly string[]): void => {
      for (const name of names) recorder.news(news, name, now)
    }
    switch (fault.kind) {
      case 'crash':
      case 'outage':
      case 'drain':
        recorder.end(fault.nodes)
        return about('fall', fault.nodes)
      case 'leave':
        recorder.end(fault.nodes)
        return about('departure', fault.nodes)
      case 'start':
      case 'restart':
      case 'rejoin':
        return about('arrival', fault.nodes)
      case 'publish':
        return about('fact', [fault.node])
      default:
        return
    }
  }
}
