/** The properties that every run is held to. */
import { Agreement } from './agreement.js'
import { Audit } from './audit.js'
import { Authority } from './authority.js'
import { Bans } from './bans.js'
import type { Check } from './check.js'
import { Collection } from './collection.js'
import type { Ground } from './ground.js'
import { OnlyTheLiving } from './life.js'
import { Memory } from './memory.js'
import { Monotone } from './monotone.js'
import { Patience } from './patience.js'
import { Precedence } from './precedence.js'
import { Promises } from './promises.js'
import { Resurrection } from './resurrection.js'
import { SelfBelief } from './self-belief.js'
import { Storm } from './storm.js'
import { Trust } from './trust.js'
import { Wire } from './wire.js'

export const properties: readonly ((ground: Ground) => Check)[] = [
  (ground) => new Resurrection(ground),
  (ground) => new Bans(ground),
  (ground) => new Collection(ground),
  (ground) => new Monotone(ground),
  (ground) => new Precedence(ground),
  (ground) => new OnlyTheLiving(ground),
  (ground) => new Authority(ground),
  (ground) => new Patience(ground),
  (ground) => new SelfBelief(ground),
  (ground) => new Promises(ground),
  (ground) => new Memory(ground),
  (ground) => new Wire(ground),
  (ground) => new Storm(ground),
  (ground) => new Trust(ground),
  (ground) => new Audit(ground),
  (ground) => new Agreement(ground),
]
