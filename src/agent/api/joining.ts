/** `POST /v1/join`: further seeds for an agent that runs. */
import * as v from 'valibot'
import { parsedJson } from '../../base/json.js'
import { ownSettings } from '../settings.js'
import { errorResponse } from './refusal.js'
import type { Sources } from './sources.js'

/** As many as an agent keeps. */
const SEEDS_MAX = 64

const asked = v.object({
  seeds: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(SEEDS_MAX)),
})

export function serveJoin(body: string, sources: Sources): Response {
  const read = v.safeParse(asked, parsedJson(body))
  if (!read.success) {
    const message = `The seeds cannot be read (${read.issues[0].message}).`
    return errorResponse(400, 'join.malformed', message, 'Give { "seeds": ["HOST:PORT"] }.')
  }
  const { seeds } = read.output
  const problem = seeds.map((seed) => ownSettings.seeds.problem(seed)).find((each) => each)
  if (problem !== undefined)
    return errorResponse(400, 'join.malformed', `A seed ${problem}.`, 'Give HOST:PORT.')
  sources.meet(seeds)
  return Response.json({ meeting: seeds }, { status: 202 })
}
