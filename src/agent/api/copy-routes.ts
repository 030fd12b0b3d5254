/** The routes by which a data plane in another process takes part in movements. */
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Hono } from 'hono'
import { COPY_LISTENERS, CopyStream } from './copy-stream.js'
import { errorResponse } from './refusal.js'
import type { Sources } from './sources.js'

/** @returns what is to be closed in the end */
export function addCopies(
  app: Hono<{ readonly Bindings: HttpBindings }>,
  sources: Sources,
): CopyStream {
  const copies = new CopyStream(sources)
  app.get('/v1/moves/events', (asked) => {
    if (copies.full) {
      const message = `${COPY_LISTENERS} programs listen already.`
      return errorResponse(503, 'events.full', message, 'End one of them.')
    }
    copies.serve(asked.env.outgoing)
    return RESPONSE_ALREADY_SENT
  })
  app.post('/v1/moves/:id/copied', (asked) => acknowledge(sources, asked.req.param('id')))
  return copies
}

function acknowledge(sources: Sources, move: string): Response {
  const { copies } = sources.ring()
  if (!copies.some((copy) => copy.move === move)) {
    const message = `This node has nothing to copy for a movement ${move}.`
    const next = 'See `mine` in GET /v1/moves; an agent without --own-data or --kv copies nothing.'
    return errorResponse(404, 'move.unknown', message, next)
  }
  const refused = sources.command({ kind: 'copied', move })
  if (refused === undefined) return Response.json({ acknowledged: move }, { status: 202 })
  return errorResponse(409, 'move.refused', refused, 'Ask GET /v1/moves how it stands.')
}
