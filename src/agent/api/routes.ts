/**
 * The routes of the HTTP API. This file and what it imports are loaded at the first request: an
 * agent that nobody asks pays for a listening socket alone.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono, type Context } from 'hono'
import type { MemberView } from '../../gossip/view.js'
import { addCopies } from './copy-routes.js'
import { EventStream } from './event-stream.js'
import { explanationOf, membersCalled } from './explain.js'
import { FACT_BODY, readBody } from './body.js'
import { gossipTable } from './gossip-table.js'
import { suspicious } from './guard.js'
import { infoOf } from './info.js'
import { addRows } from './kv-routes.js'
import { LISTENERS } from './listeners.js'
import { RecordStream } from './record-stream.js'
import { errorResponse } from './refusal.js'
import { clusterOf, configOf, doctorOf, movesOf } from './ring-reports.js'
import { serveEndpoints, serveRing, serveStatus } from './ring-answers.js'
import type { Sources } from './sources.js'

interface Env {
  readonly Bindings: HttpBindings
}

type Asked = Context<Env>

export interface Routes {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  close(): void
}

export function routesOver(sources: Sources, boundToLoopback: boolean): Routes {
  const app = new Hono<Env>()
  const events = new EventStream(sources.journal)
  const records = new RecordStream(sources.journal, () => sources.ring())
  app.use(async (asked, next) => {
    const { method, headers } = asked.env.incoming
    const why = suspicious(
      { method: method ?? '', host: headers.host, origin: headers.origin },
      boundToLoopback,
    )
    if (why === undefined) return next()
    return errorResponse(
      403,
      'request.suspicious',
      why,
      'Ask it directly, by the address it is bound to.',
    )
  })
  addReads(app, sources)
  addHealth(app, sources)
  addCommands(app, sources)
  app.get('/v1/events', (asked) => serveEvents(asked, events))
  const copies = addCopies(app, sources)
  addRows(app, sources)
  app.get('/v1/watch', (asked) => serveWatch(asked, records))
  app.notFound((asked) => {
    const message = `There is nothing at ${asked.req.method} ${asked.req.path}.`
    return errorResponse(
      404,
      'route.unknown',
      message,
      'See the list of routes in the documentation.',
    )
  })
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  return {
    handle: listener,
    close: () => [events, records, copies].forEach((stream) => stream.close()),
  }
}

function addReads(app: Hono<Env>, sources: Sources): void {
  app.get('/v1/status', (asked) => serveStatus(asked.req, sources))
  app.get('/v1/ring', (asked) => serveRing(asked.req, sources))
  app.get('/v1/endpoints', (asked) => serveEndpoints(asked.req, sources))
  app.get('/v1/moves', (asked) => asked.json(movesOf(sources)))
  app.get('/v1/cluster', (asked) => asked.json(clusterOf(sources)))
  app.get('/v1/config', (asked) => asked.json(configOf(sources)))
  app.get('/v1/doctor', (asked) => asked.json(doctorOf(sources)))
  app.get('/v1/gossip', (asked) => asked.json(gossipTable(sources.view())))
  app.get('/v1/info', (asked) => asked.json(infoOf(sources)))
  app.get('/v1/explain/:node', (asked) => explain(asked, sources, asked.req.param('node')))
}

function addHealth(app: Hono<Env>, sources: Sources): void {
  app.get('/livez', (asked) => asked.json({ alive: true }))
  app.get('/readyz', (asked) => {
    const answer = sources.readiness()
    return asked.json(answer, answer.ready ? 200 : 503)
  })
  app.get('/metrics', async (asked) => {
    const { metricsText, metricsType } = await import('./metrics.js')
    return asked.body(await metricsText(sources), 200, { 'content-type': metricsType })
  })
}

function addCommands(app: Hono<Env>, sources: Sources): void {
  for (const how of ['leave', 'drain'] as const) {
    app.post(`/v1/${how}`, (asked) => {
      sources.stop(how)
      return asked.json({ stopping: how }, 202)
    })
  }
  app.post('/v1/join', async (asked) => {
    const body = await readBody(asked.env.incoming)
    const { serveJoin } = await import('./joining.js')
    return serveJoin(new TextDecoder().decode(body), sources)
  })
  app.post('/v1/changes', async (asked) => {
    const body = await readBody(asked.env.incoming)
    const { serveChange } = await import('./changes.js')
    return serveChange(new TextDecoder().decode(body), sources)
  })
  app.put('/v1/facts/:key', async (asked) => {
    const value = await readBody(asked.env.incoming)
    if (value === undefined) {
      return errorResponse(
        413,
        'fact.refused',
        `A fact has at most ${FACT_BODY} bytes.`,
        'Publish less.',
      )
    }
    return publish(asked, sources, asked.req.param('key'), value)
  })
  app.delete('/v1/facts/:key', (asked) => publish(asked, sources, asked.req.param('key'), null))
}

function publish(asked: Asked, sources: Sources, key: string, value: Uint8Array | null): Response {
  const refused = sources.command({ kind: 'publish', key, value })
  if (refused === undefined) return asked.body(null, 204)
  const status = /quota|large|long|bytes/i.test(refused) ? 413 : 409
  return errorResponse(
    status,
    'fact.refused',
    refused,
    'Publish less, or delete other facts first.',
  )
}

function explain(asked: Asked, sources: Sources, called: string): Response {
  const found = membersCalled(sources.view(), called)
  const [only] = found
  if (only === undefined) {
    const message = `No node called ${called} is known here.`
    return errorResponse(404, 'node.unknown', message, 'Ask /v1/status for the names.')
  }
  if (found.length > 1) return ambiguous(called, found)
  return asked.json(explanationOf(only, sources.evidence(only.hostId)))
}

function ambiguous(called: string, found: readonly MemberView[]): Response {
  const ids = found.map(({ hostId }) => hostId).join(', ')
  const message = `${found.length} nodes are called ${called}: ${ids}.`
  return errorResponse(409, 'node.ambiguous', message, 'Ask again by host id.')
}

function serveEvents(asked: Asked, events: EventStream): Response {
  if (events.full) return tooMany()
  const types = (asked.req.query('types') ?? '').split(',').filter((type) => type !== '')
  const lastEventId = asked.req.header('last-event-id') ?? asked.req.query('after')
  events.serve(asked.env.outgoing, { lastEventId, types })
  return RESPONSE_ALREADY_SENT
}

function serveWatch(asked: Asked, records: RecordStream): Response {
  if (records.full) return tooMany()
  const last = asked.req.header('last-event-id')
  const from = last === undefined ? asked.req.query('from') : String(Number(last) + 1)
  if (from !== undefined && !/^\d{1,15}$/.test(from)) {
    const message = `${JSON.stringify(from)} is no epoch.`
    return errorResponse(400, 'watch.malformed', message, 'Give ?from= with a whole number.')
  }
  const begun = records.serve(asked.env.outgoing, from === undefined ? undefined : Number(from))
  switch (begun.kind) {
    case 'begun':
      return RESPONSE_ALREADY_SENT
    case 'none': {
      const message = 'This agent belongs to no ring yet, so there are no records.'
      return errorResponse(409, 'ring.none', message, 'Found one with `murmur cluster found`.')
    }
    case 'trimmed': {
      const message = `Records before epoch ${begun.oldest} are no longer kept here.`
      const next =
        `Watch from ${begun.oldest}, or ask an agent that keeps more: historyRecords and ` +
        'historyBytes say how much.'
      return errorResponse(410, 'history.trimmed', message, next)
    }
  }
}

function tooMany(): Response {
  const message = `${LISTENERS} programs listen already.`
  return errorResponse(503, 'events.full', message, 'End one of them, or ask another agent.')
}
