/** Every series of a simulation as CSV, one value a line, for other tools to plot. */
import type { Recorded } from '../../../simulations/measures/recorder.js'
import type { Arm } from './rehearsal.js'

type Line = readonly [measure: string, about: string, ms: number | '', value: number | '']

export function csvOf(arms: readonly Arm[]): string {
  const lines = arms.flatMap(({ configuration, measured }) =>
    [...figures(measured.summary), ...series(measured.recorded)].map((line) =>
      [configuration.name, ...line].join(','),
    ),
  )
  return ['configuration,measure,about,ms,value', ...lines, ''].join('\n')
}

function figures(summary: Readonly<Record<string, number | null>>): Line[] {
  return Object.entries(summary).map(([name, value]) => [name, '', '', value ?? ''])
}

function series({ spreads, traffic, tables, phi, edge }: Recorded): Line[] {
  return [
    ...spreads.flatMap(({ news, about, took, audience }) =>
      took.map((ms, i): Line => [`${news} known`, about, rounded(ms), (i + 1) / audience]),
    ),
    ...traffic.map(({ at, mean }): Line => ['bytes/s, mean', '', at, Math.round(mean)]),
    ...traffic.map(({ at, most }): Line => ['bytes/s, most', '', at, Math.round(most)]),
    ...tables.map(({ at, value }): Line => ['different tables', '', at, value]),
    ...phi.map(({ at, value }): Line => ['phi', edgeName(edge), at, rounded(value)]),
  ]
}

function edgeName(edge: Recorded['edge']): string {
  return edge === null ? '' : `${edge.by} of ${edge.of}`
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
