/**
 * The API has no login, and a browser on the same machine will carry any page's requests to
 * loopback. So a request that some page made is refused, and on loopback one that came by another
 * name than loopback's (DNS rebinding).
 */

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i

export interface Asked {
  readonly method: string
  readonly host: string | undefined
  readonly origin: string | undefined
}

/** Why it must not be answered, undefined when it may. */
export function suspicious(asked: Asked, boundToLoopback: boolean): string | undefined {
  const { method, host = '', origin } = asked
  if (boundToLoopback && !LOOPBACK.test(host)) {
    return `The request names the host ${host || '(none)'}, but this API is bound to loopback.`
  }
  const reads = method === 'GET' || method === 'HEAD'
  if (reads || origin === undefined || sameHost(origin, host)) return undefined
  return `The request was made by a page of ${origin}.`
}

export function isLoopback(host: string): boolean {
  return host === '::1' || host === 'localhost' || host.startsWith('127.')
}

function sameHost(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase()
}
