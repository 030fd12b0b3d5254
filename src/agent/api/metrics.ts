/**
 * `GET /metrics` for Prometheus. Nothing is counted here: at each scrape the figures that the agent
 * keeps anyway are written into a registry of its own, so an agent that nobody scrapes pays
 * nothing.
 */
import { Counter, Gauge, Registry } from 'prom-client'
import type { GossipView } from '../../gossip/view.js'
import type { Sources } from './sources.js'

export const metricsType = Registry.PROMETHEUS_CONTENT_TYPE

/** The text of one scrape. */
export async function metricsText(sources: Sources): Promise<string> {
  const registry = new Registry()
  const view = sources.view()
  gauges(registry, sources, view)
  for (const { name, help, value } of sources.traffic()) count(registry, name, help, value)
  for (const [name, value] of Object.entries(view.counters)) {
    count(registry, `gossip_${snake(name)}`, `Gossip: ${words(name)}.`, value)
  }
  const events = new Counter({
    name: 'murmur_events_total',
    help: 'Events announced, by kind.',
    labelNames: ['event'],
    registers: [registry],
  })
  for (const [event, value] of sources.journal.counts) events.inc({ event }, value)
  return registry.metrics()
}

function gauges(registry: Registry, sources: Sources, view: GossipView): void {
  const members = new Gauge({
    name: 'murmur_members',
    help: 'Members by liveness as this agent sees them; gone are those that left or were removed.',
    labelNames: ['liveness'],
    registers: [registry],
  })
  const sorts = { up: 0, suspect: 0, down: 0, gone: 0 }
  for (const member of view.members) sorts[member.gone === null ? member.liveness : 'gone']++
  for (const [liveness, value] of Object.entries(sorts)) members.set({ liveness }, value)
  gauge(
    registry,
    'health_score',
    'Local health score: 0 is well, more distrusts itself.',
    view.health,
  )
  gauge(registry, 'ready', 'Whether /readyz says so.', sources.readiness().ready ? 1 : 0)
  gauge(
    registry,
    'differing_views',
    'Live members that reported another view.',
    view.differing.length,
  )
  gauge(registry, 'uptime_seconds', 'Seconds since the agent was started.', sources.uptime())
  gauge(registry, 'resident_memory_bytes', 'Memory of the process.', process.memoryUsage.rss())
  const { user, system } = process.cpuUsage()
  count(registry, 'cpu_seconds', 'CPU time used by the process.', (user + system) / 1e6)
  const about = new Gauge({
    name: 'murmur_info',
    help: 'Always 1; the labels say which agent this is.',
    labelNames: ['cluster', 'host_id', 'release'],
    registers: [registry],
  })
  about.set({ cluster: view.cluster, host_id: view.self, release: sources.release }, 1)
}

function gauge(registry: Registry, name: string, help: string, value: number): void {
  new Gauge({ name: `murmur_${name}`, help, registers: [registry] }).set(value)
}

function count(registry: Registry, name: string, help: string, value: number): void {
  new Counter({ name: `murmur_${name}_total`, help, registers: [registry] }).inc(value)
}

/** `junkVersion` and `junk.version` are `junk_version`. */
function snake(name: string): string {
  return name
    .replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^_/, '')
}

function words(name: string): string {
  return snake(name).replaceAll('_', ' ')
}
