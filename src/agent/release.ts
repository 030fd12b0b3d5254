/** Which release this is: built into the command, read from the package by the library. */
import { readFileSync } from 'node:fs'

declare const MURMUR_VERSION: string | undefined

export function release(): string {
  if (typeof MURMUR_VERSION === 'string') return MURMUR_VERSION
  const path = new URL('../../package.json', import.meta.url)
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'))
  const named = typeof content === 'object' && content !== null && 'version' in content
  return named && typeof content.version === 'string' ? content.version : 'unknown'
}
