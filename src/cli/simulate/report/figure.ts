/** The scenario's own plot as a picture that stands alone, fit for light and dark pages. */
import { escape } from '../../../ring/svg.js'
import { CommandFailure } from '../../failure.js'
import type { Plan } from '../plan.js'
import type { Arm } from '../rehearsal.js'
import { DARK_PALETTE, PALETTE } from './drawing.js'
import { drawingsOf } from './drawings.js'

/** @throws {CommandFailure} when the run was too short to draw anything */
export function figureSvg(plan: Plan, arms: readonly Arm[]): string {
  const [drawing] = drawingsOf(plan, arms)
  if (drawing === undefined) throw new CommandFailure('there is nothing to draw yet.')
  const style = `<style>
  svg {${PALETTE} }
  @media (prefers-color-scheme: dark) { svg {${DARK_PALETTE} } }
</style>`
  const words = `<title>${escape(drawing.title)}</title><desc>${escape(plan.command)}</desc>`
  return `${drawing.svg.replace(/^<svg[^>]*>/, (tag) => `${tag}${words}${style}`)}\n`
}
