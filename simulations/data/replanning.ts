/**
 * The same plan from the same input everywhere (I9), looked at from outside: every proposal is made
 * once more from copies that share nothing with what its node holds, and from its inputs in another
 * order. Nodes of one process share the plans that they made: among themselves they would not see
 * that one depends on what was planned before, or on the order in which something was heard.
 */
import { plan, type Inputs } from '../../src/cluster/plan/plan.js'
import { isOfChain, readMessage } from '../../src/cluster/ratify/message-bytes.js'
import { digestHex } from '../../src/cluster/record/digest.js'
import { seal, type Sealed } from '../../src/cluster/record/record-bytes.js'

/** A record that was agreed on, by its epoch. */
type Agreed = (epoch: number) => Sealed | undefined

export class Replanning {
  private readonly agreed: Agreed
  /** Each proposal goes to several voters in a row, and is made once more for all of them. */
  private last = ''

  constructor(agreed: Agreed) {
    this.agreed = agreed
  }

  /** @returns what is wrong with what a node says to another; undefined: nothing */
  problemOf(bytes: Uint8Array): string | undefined {
    const message = isOfChain(bytes) ? readMessage(bytes) : undefined
    if (message === undefined) return undefined
    const { head, body } = message
    if (body.kind !== 'accept' || body.inputs === null) return undefined
    const name = `${head.epoch} ${body.ballot.round} ${body.ballot.by}`
    const parent = this.agreed(head.epoch)
    if (name === this.last || parent?.digest !== head.digest) return undefined
    this.last = name
    const made = madeAnew(parent, body.inputs)
    return made === digestHex(body.value)
      ? undefined
      : `another plan follows from the inputs of a proposal of epoch ${head.epoch + 1}`
  }
}

function madeAnew(parent: Sealed, inputs: Inputs): string | undefined {
  const { intents, applied, copied } = structuredClone(inputs)
  const turned = {
    intents: intents.toReversed(),
    applied: applied.toReversed(),
    copied: copied.toReversed(),
  }
  const made = plan(structuredClone(parent), turned)
  return made.kind === 'next' ? seal(made.record)?.digest : undefined
}
