/** Every named scenario, in the order of help, documents and tables. */
import { bootstrap } from './bootstrap.js'
import { churn } from './churn.js'
import { convergence } from './convergence.js'
import { detection } from './detection.js'
import { flipflop } from './flipflop.js'
import { loss } from './loss.js'
import type { NamedScenario } from './named.js'
import { partition } from './partition.js'
import { rolling } from './rolling.js'
import { small } from './small.js'
import { stall } from './stall.js'
import { wan } from './wan.js'

export const catalogue: readonly NamedScenario[] = [
  convergence,
  bootstrap,
  detection,
  loss,
  stall,
  flipflop,
  partition,
  churn,
  rolling,
  wan,
  small,
]
