/**
 * The few events after which an agent must not go on, each as the error that its operator reads.
 */
import type { NodeEvent } from '../cluster/node.js'
import { errorText, OperatorError } from './failure.js'

export function fatal(event: NodeEvent, dataDir: string): OperatorError | undefined {
  switch (event.kind) {
    case 'identity.conflict':
      return new OperatorError(
        'identity.conflict',
        `Another agent at ${event.address} uses the identity of this one, ` +
          `in generation ${event.generation}.`,
        `One of the two data directories is a copy: delete the copy, ${dataDir} or the other.`,
      )
    case 'self.banned':
      return new OperatorError(
        'self.banned',
        `This node was ${event.as} from the cluster, for ever.`,
        `To join as a new node move ${dataDir} away and start again.`,
      )
    default:
      return undefined
  }
}

export function storeFailure(dataDir: string, key: string, cause: unknown): OperatorError {
  return new OperatorError(
    'data.unwritable',
    `Writing ${key} to the data directory ${dataDir} failed (${errorText(cause)}).`,
    'See to its disk (space, rights) and restart the agent.',
    cause,
  )
}
