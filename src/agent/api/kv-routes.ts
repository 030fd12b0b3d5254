/** The routes of `/v1/kv`; what answers them is loaded when one is asked. */
import type { HttpBindings } from '@hono/node-server'
import type { Context, Hono } from 'hono'
import { readBody } from './body.js'
import type { Sources } from './sources.js'

interface Env {
  readonly Bindings: HttpBindings
}

export function addRows(app: Hono<Env>, sources: Sources): void {
  app.get('/v1/kv/:keyspace/:key', (asked) => serve(asked, sources))
  app.put('/v1/kv/:keyspace/:key', (asked) => serve(asked, sources))
  app.delete('/v1/kv/:keyspace/:key', (asked) => serve(asked, sources))
  app.post('/v1/kv/:keyspace', (asked) => serve(asked, sources))
}

async function serve(context: Context<Env>, { kv }: Sources): Promise<Response> {
  const { getRow, putRow, readAsked, responseOf, serveBatch, tooLong, withoutRows } =
    await import('./kv.js')
  const { method } = context.req
  const body = method === 'PUT' || method === 'POST' ? await readBody(context.env.incoming) : null
  if (kv === undefined) return withoutRows()
  if (body === undefined) return tooLong()
  const { keyspace = '', key = '' } = context.req.param()
  const asked = readAsked(keyspace, context.req.query())
  if (asked instanceof Response) return asked
  if (method === 'POST') return serveBatch(kv, asked, new TextDecoder().decode(body ?? undefined))
  const answer = method === 'GET' ? getRow(kv, asked, key) : putRow(kv, asked, key, body)
  return responseOf(await answer)
}
