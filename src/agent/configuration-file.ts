/**
 * Reads a configuration file, YAML or JSON by its ending; whatever is wrong with it comes back as
 * one sentence.
 */
import { errorCodes, errorText } from './failure.js'

export type ReadFile = (path: string) => Promise<string>

export interface FileContent {
  readonly values?: Readonly<Record<string, unknown>>
  /** What is wrong with the file as a whole. */
  readonly problem?: string
}

export async function readConfigurationFile(
  path: string,
  readFile: ReadFile,
): Promise<FileContent> {
  const parse = parserFor(path)
  if (parse === undefined) return { problem: `${path}: name it .yaml, .yml or .json` }
  const text = await readFile(path).catch((error: unknown) => ({
    problem: unreadable(path, error),
  }))
  if (typeof text !== 'string') return text
  try {
    const values = await parse(text)
    if (values === null || values === undefined) return { values: {} }
    return isMapping(values)
      ? { values: withoutSelf(values) }
      : { problem: `${path}: give settings as names with values` }
  } catch (error) {
    return { problem: `${path}: ${errorText(error).split('\n')[0] ?? 'cannot be parsed'}` }
  }
}

function parserFor(path: string): ((text: string) => unknown) | undefined {
  if (path.endsWith('.json')) return (text): unknown => JSON.parse(text)
  if (!/\.ya?ml$/.test(path)) return undefined
  return async (text): Promise<unknown> => {
    const { parse } = await import('yaml')
    const content: unknown = parse(text)
    return content
  }
}

function unreadable(path: string, error: unknown): string {
  const [code] = errorCodes(error)
  const why = code === 'ENOENT' ? 'there is no such file' : errorText(error)
  return `${path}: cannot be read, ${why}`
}

/** A file that names a file would be read by nobody. */
function withoutSelf(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) =>
      key === 'config' ? ['config (in a file)', value] : [key, value],
    ),
  )
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
