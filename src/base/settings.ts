/**
 * Settings declared once: unit, default, bounds and reason stand beside the name, and the type, the
 * check, `--help`, the environment variable and the reference are all derived from that. Every
 * problem of an input is reported at once.
 */
import { nearest } from './nearest.js'

interface Described {
  /** Why it exists and what more or less of it costs; shown by `--help` and in the reference. */
  readonly why: string
  /** Left out of `--help` and kept for the reference. */
  readonly rare?: boolean
}

export interface NumberSetting extends Described {
  readonly kind: 'number'
  readonly unit: string
  readonly default: number
  readonly min: number
  readonly max: number
  /** Fractions are allowed; otherwise whole numbers only. */
  readonly fraction?: boolean
}

export interface TextSetting extends Described {
  readonly kind: 'text'
  readonly default: string
  /** What a value looks like, for `--help`: HOST:PORT, FILE, NAME. */
  readonly shape: string
  /** The problem with a value, or undefined. */
  readonly problem?: (value: string) => string | undefined
}

export interface ChoiceSetting<C extends string = string> extends Described {
  readonly kind: 'choice'
  readonly default: C
  readonly choices: readonly C[]
}

export interface FlagSetting extends Described {
  readonly kind: 'flag'
  readonly default: boolean
}

/** Several texts; on a command line and in the environment separated by commas. */
export interface ListSetting extends Described {
  readonly kind: 'list'
  readonly default: readonly string[]
  readonly shape: string
  readonly problem?: (value: string) => string | undefined
}

export type Setting = NumberSetting | TextSetting | ChoiceSetting | FlagSetting | ListSetting
export type Declarations = Readonly<Record<string, Setting>>

type ValueOf<S extends Setting> = S extends NumberSetting
  ? number
  : S extends FlagSetting
    ? boolean
    : S extends ListSetting
      ? readonly string[]
      : S extends ChoiceSetting<infer C>
        ? C
        : string

/** The values that a table of declarations describes. */
export type Values<D extends Declarations> = { readonly [K in keyof D]: ValueOf<D[K]> }

export interface Problem {
  readonly setting: string
  /** One sentence, with the valid range or the nearest name. */
  readonly says: string
}

export interface Settled<D extends Declarations> {
  readonly values: Values<D>
  readonly problems: readonly Problem[]
}

/**
 * Checks what was given against the declarations; what was not given takes its default. A value
 * with a problem also takes its default, so that every problem can be told at once: use `values`
 * only when `problems` is empty.
 */
export function settle<D extends Declarations>(
  declarations: D,
  given: Readonly<Record<string, unknown>>,
): Settled<D> {
  const problems: Problem[] = []
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(declarations, key)) problems.push(unknownSetting(declarations, key))
  }
  const values: Record<string, unknown> = {}
  for (const [key, setting] of Object.entries(declarations)) {
    const read =
      given[key] === undefined ? { value: setting.default } : readValue(setting, given[key])
    if (read.problem !== undefined) problems.push({ setting: key, says: `${key}: ${read.problem}` })
    values[key] = read.value
  }
  if (!isSettled(declarations, values)) throw new TypeError('a default has the wrong type')
  return { values, problems }
}

/**
 * The defaults alone, with some of them replaced. @throws {RangeError} naming every problem of the
 * replacements
 */
export function withDefaults<D extends Declarations>(
  declarations: D,
  given: Partial<Values<D>> = {},
): Values<D> {
  const { values, problems } = settle(declarations, given)
  if (problems.length > 0) throw new RangeError(problems.map((p) => p.says).join('; '))
  return values
}

/** `probePeriod` is `--probe-period` on a command line. */
export function flagName(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** `probePeriod` is `MURMUR_PROBE_PERIOD` in the environment. */
export function environmentName(key: string): string {
  return `MURMUR_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/** The valid values in words: `100 to 60000 ms`, `one of lan, calm, wan`. */
export function validRange(setting: Setting): string {
  switch (setting.kind) {
    case 'number':
      return `${setting.min} to ${setting.max}${setting.unit === '' ? '' : ` ${setting.unit}`}`
    case 'text':
      return setting.shape
    case 'choice':
      return `one of ${setting.choices.join(', ')}`
    case 'flag':
      return 'true or false'
    case 'list':
      return `${setting.shape},...`
  }
}

interface Read {
  readonly value: unknown
  readonly problem?: string
}

function readValue(setting: Setting, given: unknown): Read {
  switch (setting.kind) {
    case 'number':
      return readNumber(setting, given)
    case 'text':
      return readText(setting, given)
    case 'choice': {
      const value = setting.choices.find((choice) => choice === given)
      return value === undefined ? refuse(setting, given) : { value }
    }
    case 'flag': {
      if (given === true || given === 'true' || given === '1') return { value: true }
      return given === false || given === 'false' || given === '0'
        ? { value: false }
        : refuse(setting, given)
    }
    case 'list':
      return readList(setting, given)
  }
}

function readNumber(setting: NumberSetting, given: unknown): Read {
  const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given
  if (typeof value !== 'number' || !Number.isFinite(value)) return refuse(setting, given)
  if (setting.fraction !== true && !Number.isInteger(value)) return refuse(setting, given)
  return value < setting.min || value > setting.max ? refuse(setting, given) : { value }
}

function readText(setting: TextSetting, given: unknown): Read {
  const value = typeof given === 'number' ? String(given) : given
  if (typeof value !== 'string') return refuse(setting, given)
  const problem = setting.problem?.(value)
  return problem === undefined ? { value } : { value: setting.default, problem }
}

function readList(setting: ListSetting, given: unknown): Read {
  const parts = typeof given === 'string' ? given.split(',').filter((part) => part !== '') : given
  if (!isTextList(parts)) return refuse(setting, given)
  for (const part of parts) {
    const problem = setting.problem?.(part)
    if (problem !== undefined) return { value: setting.default, problem }
  }
  return { value: parts }
}

function refuse(setting: Setting, given: unknown): Read {
  const problem = `${JSON.stringify(given)} is not valid, give ${validRange(setting)}`
  return { value: setting.default, problem }
}

function unknownSetting(declarations: Declarations, key: string): Problem {
  const near = nearest(key, Object.keys(declarations))
  const hint = near === undefined ? '' : `, did you mean ${near}?`
  return { setting: key, says: `${key}: there is no such setting${hint}` }
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string')
}

function isSettled<D extends Declarations>(
  declarations: D,
  values: Readonly<Record<string, unknown>>,
): values is Values<D> {
  return Object.entries(declarations).every(([key, setting]) => fits(setting, values[key]))
}

function fits(setting: Setting, value: unknown): boolean {
  switch (setting.kind) {
    case 'number':
      return typeof value === 'number'
    case 'flag':
      return typeof value === 'boolean'
    case 'list':
      return isTextList(value)
    case 'text':
    case 'choice':
      return typeof value === 'string'
  }
}
