/**
 * The shape of a scenario file, field by field, with the reason where one is wrong. It is the value
 * that the simulator runs, written down; what is usual may be left out, and what does not belong
 * there is a problem too.
 */
import * as v from 'valibot'

export const name = v.pipe(
  v.string('must be a name'),
  v.regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores'),
)
export const names = v.pipe(
  v.array(name, 'must be a list of names'),
  v.minLength(1, 'names nobody'),
)

const DURATION = /^(\d+(?:\.\d+)?) ?(ms|s|min|h)$/
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 }
const LONGEST = 30 * 86_400_000

/** Milliseconds, or a text with its unit. */
export const span = v.pipe(
  v.union(
    [v.number(), v.pipe(v.string(), v.regex(DURATION), v.transform(millisOf))],
    'must be a time: milliseconds, or such as 250 ms, 20 s, 1.5 min',
  ),
  v.minValue(0, 'cannot be negative'),
  v.maxValue(LONGEST, 'must be at most 30 days'),
)

function millisOf(text: string): number {
  const [, digits = '0', unit = 'ms'] = DURATION.exec(text) ?? []
  return Number(digits) * (UNITS[unit] ?? 1)
}

const share = v.pipe(
  v.number('must be a share from 0 to 1'),
  v.minValue(0, 'must be a share from 0 to 1'),
  v.maxValue(1, 'must be a share from 0 to 1'),
)
const factor = v.pipe(v.number('must be a number'), v.minValue(0, 'cannot be negative'))

const delay = v.variant(
  'kind',
  [
    v.strictObject({ kind: v.literal('constant'), of: span }),
    v.strictObject({ kind: v.literal('uniform'), from: span, to: span }),
    v.strictObject({ kind: v.literal('exponential'), from: span, mean: span }),
    v.strictObject({ kind: v.literal('lognormal'), median: span, sigma: factor }),
  ],
  'must have a kind: constant, uniform, exponential or lognormal',
)

const link = v.strictObject({
  delay: v.exactOptional(delay),
  loss: v.exactOptional(share),
  repeated: v.exactOptional(share),
  late: v.exactOptional(share),
  lateMax: v.exactOptional(span),
  capacity: v.exactOptional(v.nullable(v.pipe(v.number(), v.minValue(1, 'must be at least 1')))),
})
const override = {
  between: v.exactOptional(v.tuple([name, name], 'must be two datacenters')),
  link,
}

const disk = v.picklist(['kept', 'lost', 'old', 'found'], 'must be kept, lost, old or found')
const way = v.picklist(['in', 'out', 'both'], 'must be in, out or both')
const storing = v.picklist(['works', 'fails', 'hangs'], 'must be works, fails or hangs')
const gone = v.picklist(['removed', 'replaced'], 'must be removed or replaced')
const sides = v.pipe(v.array(names, 'must be a list of sides'), v.minLength(1, 'needs a side'))
const rate = v.pipe(factor, v.minValue(0.01, 'must be at least 0.01'), v.maxValue(100))
const text = v.string('must be text')
const ends = { from: names, to: names, span }

export const faults = [
  v.strictObject({ kind: v.picklist(['start', 'crash', 'outage', 'readdress']), nodes: names }),
  v.strictObject({ kind: v.picklist(['leave', 'drain', 'rejoin']), nodes: names }),
  v.strictObject({ kind: v.literal('restart'), nodes: names, disk: v.optional(disk, 'kept') }),
  v.strictObject({ kind: v.literal('ban'), node: name, as: v.optional(gone, 'removed'), by: name }),
  v.strictObject({ kind: v.literal('publish'), node: name, key: text, value: text }),
  v.strictObject({ kind: v.literal('stall'), nodes: names, span }),
  v.strictObject({
    kind: v.literal('blink'),
    nodes: names,
    stop: span,
    run: span,
    span,
    what: v.exactOptional(v.picklist(['process', 'sockets'], 'must be process or sockets')),
  }),
  v.strictObject({ kind: v.literal('slow'), nodes: names, perInput: span, span }),
  v.strictObject({ kind: v.literal('clock'), nodes: names, jump: v.number('must be a number') }),
  v.strictObject({ kind: v.literal('drift'), nodes: names, rate, span }),
  v.strictObject({ kind: v.literal('cut'), ...ends }),
  v.strictObject({ kind: v.literal('flipflop'), ...ends, on: span, off: span }),
  v.strictObject({ kind: v.literal('partition'), sides, span }),
  v.strictObject({
    kind: v.literal('lossy'),
    nodes: names,
    way: v.optional(way, 'both'),
    share,
    span,
  }),
  v.strictObject({ kind: v.literal('link'), ...override, span }),
  v.strictObject({ kind: v.literal('disk'), nodes: names, storing, span }),
  v.strictObject({ kind: v.literal('writes'), nodes: names, most: span, span }),
  v.strictObject({ kind: v.literal('lag'), ...ends, by: span }),
  v.strictObject({ kind: v.literal('echo'), nodes: names, share, late: span, span }),
] as const

/** All that can be done to somebody, for whoever mistypes it. */
export const KINDS: readonly string[] = faults.flatMap(({ entries: { kind } }) =>
  kind.type === 'literal' ? [kind.literal] : [...kind.options],
)

const node = v.strictObject({
  name,
  dc: v.optional(name, 'dc1'),
  rack: v.optional(name, 'rack1'),
  /** null: only a step starts it. */
  startAt: v.optional(v.nullable(span), 0),
})

export const links = v.array(v.strictObject(override))
export const listed = v.pipe(v.array(node), v.minLength(1, 'names nobody'))
const count = whole(1, 20_000, 'must be a number of nodes, or a list of nodes with a name each')

export function whole(least: number, most: number, otherwise = 'must be a number') {
  return v.pipe(
    v.number(otherwise),
    v.integer('must be a whole number'),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  )
}

export const scenarioShape = v.strictObject({
  name: v.optional(name),
  /** So many named n1, n2, ..., or each of them. */
  nodes: v.lazy((given) => (Array.isArray(given) ? listed : count)),
  /** Those that start at 0 have known each other all along. */
  settled: v.optional(v.boolean('must be true or false'), false),
  links: v.optional(links, []),
  /** The profile, and any setting of the nodes. */
  settings: v.optional(v.record(v.string(), v.unknown(), 'must be names with values'), {}),
  steps: v.optional(
    v.array(
      v.strictObject({ at: span, fault: v.variant('kind', faults) }),
      'must be a list of steps',
    ),
    [],
  ),
  trouble: v.optional(span),
  /** After the last trouble so much calm, at whose end all must agree. */
  calm: v.optional(span, 30_000),
})

export type ScenarioShape = v.InferOutput<typeof scenarioShape>
