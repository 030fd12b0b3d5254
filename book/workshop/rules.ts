/** Everything that the book is held to, in one list. */
import { appendixRule } from './appendices.js'
import type { Rule } from './book.js'
import { claimRule } from './claims.js'
import { includeRule, listingRule } from './includes.js'
import { linkRule, namedFileRule, sourceRule } from './links.js'
import { consoleRule, experimentRule, recordingRule } from './recordings.js'
import { shapeRule } from './shape.js'
import { summaryRule } from './summary.js'

export const rules: readonly Rule[] = [
  summaryRule,
  shapeRule,
  linkRule,
  namedFileRule,
  sourceRule,
  includeRule,
  listingRule,
  consoleRule,
  recordingRule,
  experimentRule,
  claimRule,
  appendixRule,
]
