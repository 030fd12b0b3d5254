/**
 * From whom a range is copied next. The replica that loses it is sure to leave as many copies of
 * every acknowledged write behind as there were; where it is dead, copies of so many of the others
 * are merged that each write acknowledged at a quorum is among them. Any single one of them might
 * have missed it.
 */
import type { HostId } from '../../gossip/identity.js'
import type { CopyTask } from '../ring-event.js'

export type NextSource =
  | { readonly kind: 'copied' }
  | { readonly kind: 'from'; readonly hostId: HostId }
  /** Not enough of these are there. */
  | { readonly kind: 'waits'; readonly for: readonly HostId[] }

/**
 * @param done from whom all of the range is here
 * @param isDown whether gossip holds it for dead
 */
export function nextSource(
  task: Pick<CopyTask, 'source' | 'others' | 'quorums'>,
  done: ReadonlySet<HostId>,
  isDown: (hostId: HostId) => boolean,
): NextSource {
  const { source, others, quorums } = task
  if (source !== null && done.has(source)) return { kind: 'copied' }
  if (source !== null && !isDown(source)) return { kind: 'from', hostId: source }
  const lacking = quorums.filter(
    ({ of, needed }) => of.filter((hostId) => done.has(hostId)).length < needed,
  )
  if (lacking.length === 0) return { kind: 'copied' }
  const wanted = new Set(lacking.flatMap(({ of }) => of))
  const left = others.filter((hostId) => wanted.has(hostId) && !done.has(hostId))
  const next = left.find((hostId) => !isDown(hostId))
  if (next !== undefined) return { kind: 'from', hostId: next }
  return { kind: 'waits', for: source === null ? left : [source, ...left] }
}
