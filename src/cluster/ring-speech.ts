/** What a node says of itself about the chain, as a fact: said again only when it has changed. */
import { intentsMark, ringFactBytes, RING_FACT, type RingFact } from './ring-fact.js'
import type { RingOutbox } from './ring-outbox.js'

export class RingSpeech {
  private readonly outbox: RingOutbox
  private said = ''
  private pending = ''
  private mark = intentsMark([])

  constructor(outbox: RingOutbox) {
    this.outbox = outbox
  }

  /** @param intents ids of those that are pending here */
  say(what: Omit<RingFact, 'intents'>, intents: readonly string[]): void {
    const mark = this.markOf(intents)
    const said = `${what.digest} ${mark} ${what.votes}`
    if (said === this.said) return
    this.said = said
    this.outbox.publish(RING_FACT, ringFactBytes({ ...what, intents: mark }))
  }

  /** Made anew only of other intents: it is asked for at every step. */
  private markOf(intents: readonly string[]): number {
    const pending = intents.join()
    if (pending !== this.pending) [this.pending, this.mark] = [pending, intentsMark(intents)]
    return this.mark
  }
}
