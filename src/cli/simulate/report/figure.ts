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
  return standing(drawing.svg, drawing.title, plan.command)
}

/** A drawing with its colours, its title and what made it. */
export function standing(svg: string, title: string, made: string): string {
  const style = `<style>
  svg {${PALETTE} }
  @media (prefers-color-scheme: dark) { svg {${DARK_PALETTE} } }
</style>`
  const words = `<title>${escape(title)}</title><desc>${escape(made)}</desc>`
  return `${svg.replace(/^<svg[^>]*>/, (tag) => `${tag}${words}${style}`)}\n`
}
