/**
 * phi as people read it. On the wire it ends at 25.5: what is larger, and what is that, look alike.
 */

const HIGHEST = 25.5

export function phiText(phi: number | null): string {
  if (phi === null) return '-'
  return phi >= HIGHEST ? `${HIGHEST}+` : phi.toFixed(1)
}
