/**
 * How the user called this command, so that advice can be pasted: `murmur`, or `node
 * dist/murmur.js`.
 */
import { basename, relative } from 'node:path'

export function ownName(path = process.argv[1], cwd = process.cwd()): string {
  if (path === undefined || basename(path) === 'murmur') return 'murmur'
  const near = relative(cwd, path)
  return `node ${near.startsWith('..') ? path : near}`
}
