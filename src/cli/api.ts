/**
 * Asking an agent over HTTP: which one is asked, and what is said when it does not answer. Answers
 * are checked at this door; past it their types are trusted.
 */
import * as v from 'valibot'
import { codeOf, CommandFailure, Gone, nameOf, wordsOf, wrongUse } from './failure.js'
import { answers } from './answers.js'

/** Where an agent's API listens unless it is told otherwise. */
export const DEFAULT_API = '127.0.0.1:7980'
const DEFAULT_PORT = 7980
const PATIENCE_MS = 5000

/**
 * HOST:PORT, a bare host, or a URL, as a URL without a slash at its end. @throws when it is none of
 * these
 */
export function apiUrl(given: string): string {
  const text = /^https?:\/\//.test(given) ? given : `http://${withPort(given)}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.hostname === '') {
    throw wrongUse(`--api ${given} is no address: give HOST:PORT or a URL, such as ${DEFAULT_API}`)
  }
  return url.href.replace(/\/+$/, '')
}

function withPort(host: string): string {
  return /(:\d+|\])$/.test(host) && !/^\[[^\]]*\]$/.test(host) ? host : `${host}:${DEFAULT_PORT}`
}

export type Method = 'GET' | 'POST'

/** Asks and checks the answer. @throws {CommandFailure} with one sentence */
export async function ask<S extends v.GenericSchema>(
  url: string,
  path: string,
  schema: S,
): Promise<v.InferOutput<S>> {
  return checked(await answerOf(url, path), schema, url, path)
}

/**
 * The answer as it came.
 *
 * @param patience how long the agent may take, in ms
 * @throws {CommandFailure} for a refusal, or when nobody answers
 */
export async function answerOf(
  url: string,
  path: string,
  method: Method = 'GET',
  json?: unknown,
  patience = PATIENCE_MS,
): Promise<unknown> {
  const signal = AbortSignal.timeout(patience)
  const body = json === undefined ? {} : { body: JSON.stringify(json) }
  const response = await reach(url, path, { method, signal, ...body })
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok) return answer
  throw refusal(url, response.status, answer)
}

export function checked<S extends v.GenericSchema>(
  body: unknown,
  schema: S,
  url: string,
  path: string,
): v.InferOutput<S> {
  const read = v.safeParse(schema, body)
  if (read.success) return read.output
  const where = v.getDotPath(read.issues[0]) ?? 'the answer'
  throw new CommandFailure(
    `${shortUrl(url)} answered ${path} with something else than an agent does (${where}: ` +
      `${read.issues[0].message}); is it an agent, and of this version?`,
  )
}

/** One request. @throws {CommandFailure} when nobody answers there */
export async function reach(url: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`${url}${path}`, init)
  } catch (thrown) {
    if (init.signal?.aborted === true && codeOf(thrown) === undefined) throw silence(url, thrown)
    throw absence(url, thrown)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name cannot be resolved now',
  EHOSTUNREACH: 'there is no route to that host',
  ENETUNREACH: 'there is no route to that network',
  ECONNRESET: 'the connection was reset',
  UND_ERR_SOCKET: 'the connection was closed',
}

/** The sentence for an agent that is not there. */
export function absence(url: string, thrown: unknown): CommandFailure {
  const code = codeOf(thrown)
  const why = (code === undefined ? undefined : REASONS[code]) ?? code ?? wordsOf(thrown)
  return new CommandFailure(
    `No agent answers at ${shortUrl(url)}, ${why}: start one with \`murmur agent\` or ` +
      '`murmur local up`, or name another with --api HOST:PORT.',
  )
}

function silence(url: string, thrown: unknown): CommandFailure {
  if (nameOf(thrown) !== 'TimeoutError') return absence(url, thrown)
  return new CommandFailure(
    `The agent at ${shortUrl(url)} did not answer in time: ` +
      'it may be stopped or overloaded; try again or ask another with --api HOST:PORT.',
  )
}

/** What to do next, where a command says it better than a route. */
const ADVICE: Readonly<Record<string, string>> = {
  'node.unknown': '`murmur status -r` lists the names.',
  'node.ambiguous': '`murmur status` lists the host ids; ask by one of them.',
}

/** Refusals of the question itself; at most the codes of the API. */
const WRONG_USE: ReadonlySet<string> = new Set(['keyspace.refused', 'key.refused'])

const GONE = 410

/** The agent's own words for what it refuses. */
export function refusal(url: string, status: number, body: unknown): CommandFailure {
  const read = v.safeParse(answers.error, body)
  if (!read.success) {
    return new CommandFailure(
      `${shortUrl(url)} answered with HTTP status ${status}; is an agent listening there?`,
    )
  }
  const { message, next, code } = read.output.error
  const advice = ADVICE[code ?? ''] ?? next ?? ''
  const sentence = advice === '' ? message : `${message.replace(/\.$/, '')}: ${advice}`
  if (WRONG_USE.has(code ?? '')) return wrongUse(sentence)
  return status === GONE ? new Gone(sentence) : new CommandFailure(sentence)
}

export function shortUrl(url: string): string {
  return url.replace(/^http:\/\//, '')
}
