/** How news infects a cluster, beside how it should in theory. */
import * as Plot from '@observablehq/plot'
import { log10 } from '../../../base/math.js'
import { settingsFor } from '../../../gossip/settings.js'
import type { Delay } from '../../../../simulations/delay.js'
import { CALM } from '../../../../simulations/links.js'
import {
  epidemic,
  logistic,
  type Epidemic,
  type Share,
} from '../../../../simulations/measures/epidemic.js'
import type { Spread } from '../../../../simulations/measures/spread.js'
import type { Scenario } from '../../../../simulations/scenario.js'
import type { Plan } from '../plan.js'
import type { Arm } from '../rehearsal.js'
import { draw, ink, type Drawing } from './drawing.js'

const SHOWN = ['arrival', 'fact'] as const
/** A logarithmic axis begins here. */
const LEAST_MS = 0.2

interface Known extends Share {
  readonly news: string
}

export function infectionDrawing({ scenario }: Plan, arms: readonly Arm[]): Drawing | undefined {
  const spreads = arms[0]?.measured.recorded.spreads ?? []
  const measured = SHOWN.flatMap((news) => {
    const all = spreads.filter((each) => each.news === news && each.took.length > 1)
    return all.length === 0 ? [] : curveOf(all).map((point): Known => ({ ...point, news }))
  })
  if (measured.length === 0) return undefined
  const svg = draw(
    { label: 'Share of the nodes that know, by time since the news', height: 320 },
    {
      marginRight: 90,
      x: {
        type: 'log',
        label: 'ms since the news (logarithmic)',
        labelArrow: 'none',
        ticks: [0.2, 1, 10, 100, 1000, 10_000],
        tickFormat: (value: number) => String(value),
      },
      y: {
        label: '% that know',
        labelArrow: 'none',
        percent: true,
        grid: true,
        domain: [0, 100],
      },
      marks: marksOf(measured, epidemicOf(scenario)),
    },
  )
  return {
    title: 'How news spreads',
    caption:
      'Full: measured, over all news of its kind. Dashed: the epidemic in theory, where each who ' +
      'learns tells others at once and again in each round. Dotted: the logistic curve of rounds ' +
      'alone.',
    svg,
  }
}

function marksOf(measured: readonly Known[], setting: Epidemic): Plot.Markish[] {
  const place = { x: 'after', y: 'share' } as const
  const colour = ({ news }: Known): string => (news === 'fact' ? ink.ours : ink.ablated)
  return [
    Plot.lineY(visible(logistic(setting)), {
      ...place,
      stroke: ink.other,
      strokeDasharray: '2 4',
    }),
    Plot.lineY(visible(epidemic(setting)), {
      ...place,
      stroke: ink.theory,
      strokeDasharray: '6 4',
    }),
    Plot.lineY(measured, {
      ...place,
      z: 'news',
      curve: 'step-after',
      stroke: colour,
      strokeWidth: 2.5,
    }),
    Plot.text(
      measured,
      Plot.selectLast({
        ...place,
        z: 'news',
        text: 'news',
        textAnchor: 'start',
        dx: 6,
        dy: 12,
        fill: colour,
      }),
    ),
  ]
}

/** Over several news of a kind, the share of all pairs of news and hearer. */
function curveOf(spreads: readonly Spread[]): Share[] {
  const took = spreads.flatMap((each) => each.took).sort((a, b) => a - b)
  const audience = spreads.reduce((sum, each) => sum + each.audience, 0)
  return visible(took.map((after, i) => ({ after, share: (i + 1) / audience })))
}

function visible(curve: readonly Share[]): Share[] {
  return curve.map(({ after, share }) => ({ after: Math.max(LEAST_MS, after), share }))
}

function epidemicOf({ nodes, links, settings }: Scenario): Epidemic {
  const { profile, ...changed } = settings
  const { gossipFanout, gossipPeriod, retransmits } = settingsFor(profile, changed)
  const delays = links.map(({ link }) => typicalDelay(link.delay ?? CALM.delay))
  const far = delays.reduce((sum, each) => sum + each, 0) / Math.max(1, delays.length)
  return {
    nodes: Math.max(2, nodes.length),
    fanout: gossipFanout,
    period: gossipPeriod,
    sends: retransmits * Math.ceil(log10(nodes.length + 1)),
    delay: Math.max(typicalDelay(CALM.delay), far),
  }
}

/** The mean; of a log-normal one the median, which is near it. */
function typicalDelay(delay: Delay): number {
  switch (delay.kind) {
    case 'constant':
      return delay.of
    case 'uniform':
      return (delay.from + delay.to) / 2
    case 'exponential':
      return delay.from + delay.mean
    case 'lognormal':
      return delay.median
  }
}
