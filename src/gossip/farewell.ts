/** Whoever leaves says so itself to many: a rumor's share of sends would reach too few in time. */
import { SELF, type Members, type Row } from './members.js'
import type { Post } from './post.js'

/** It tells so many members itself; the others hear of it by gossip. */
const FAREWELLS_MAX = 64

export function sayFarewell(members: Members, post: Post): void {
  let told = 0
  for (let row: Row = SELF + 1; row < members.end && told < FAREWELLS_MAX; row++) {
    if (!members.isPresent(row)) continue
    const to = members.identity(row).address
    post.send({ kind: 'gossip' }, { to, via: 'datagram', row, introduce: true, bare: true })
    told++
  }
}
