/** Every lesson of the book, in the order of its chapters. */
import { bill } from './bill.js'
import { election } from './election.js'
import { epidemic, growth } from './epidemic.js'
import { herd } from './herd.js'
import { joining } from './joining.js'
import type { Lesson } from './lesson.js'
import { moved } from './moved.js'
import { opinions } from './opinions.js'
import { phi } from './phi.js'
import { quorum } from './quorum.js'
import { spread } from './spread.js'
import { suspicion } from './suspicion.js'
import { timeout } from './timeout.js'

export const lessons: readonly Lesson[] = [
  opinions,
  timeout,
  epidemic,
  growth,
  phi,
  suspicion,
  moved,
  spread,
  joining,
  herd,
  election,
  quorum,
  bill,
]
