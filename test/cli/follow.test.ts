/** Server-sent events: cut anywhere, each given once, taken up again where the connection broke. */
import { describe, expect, test } from '@jest/globals'
import { EventParser, follow } from '../../src/cli/follow.js'
import { json, withServer } from './fake-world.js'

const STREAM =
  'id: 1-0\n: hello\n\nid: 1-1\nevent: a\ndata: {"x":1}\n\n' +
  ': beat\n\nid: 1-2\r\ndata: one\r\ndata:two\r\n\r\n'
const ARRIVALS = [
  { id: '1-0', kind: '', data: '' },
  { id: '1-1', kind: 'a', data: '{"x":1}' },
  { id: '1-2', kind: '', data: 'one\ntwo' },
]

describe('the parser', () => {
  test('reads events, comments and numbers without data', () => {
    expect(new EventParser().feed(STREAM)).toEqual(ARRIVALS)
  })

  test('does not care where the pieces end', () => {
    for (let cut = 0; cut <= STREAM.length; cut++) {
      const parser = new EventParser()
      const got = [...parser.feed(STREAM.slice(0, cut)), ...parser.feed(STREAM.slice(cut))]
      expect(got).toEqual(ARRIVALS)
    }
  })
})

describe('following', () => {
  test('resumes after the last number it saw', async () => {
    const asked: (string | undefined)[] = []
    await withServer(
      (request, response) => {
        const last = request.headers['last-event-id']
        asked.push(typeof last === 'string' ? last : undefined)
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        const next = asked.length
        response.write(`id: 7-${next}\ndata: number ${next}\n\n`)
        if (next < 3) setTimeout(() => response.destroy(), 20)
      },
      async (address) => {
        const stop = new AbortController()
        const lost: string[] = []
        const heard: string[] = []
        const following = {
          url: `http://${address}`,
          path: '/v1/events',
          stop: stop.signal,
          pauseMs: 1,
          lost: (why: Error) => void lost.push(why.message),
        }
        for await (const { data } of follow(following)) {
          heard.push(data)
          if (heard.length === 3) stop.abort()
        }
        expect(heard).toEqual(['number 1', 'number 2', 'number 3'])
        expect(asked).toEqual([undefined, '7-1', '7-2'])
        expect(lost).toHaveLength(2)
      },
    )
  })

  test('a refusal at the first attempt ends it', async () => {
    const error = { code: 'events.full', message: '64 programs listen already.', next: 'End one.' }
    await withServer(
      (_, response) => json(response, { error }, 503),
      async (address) => {
        const stop = new AbortController().signal
        const first = follow({ url: `http://${address}`, path: '/v1/events', stop }).next()
        await expect(first).rejects.toThrow('64 programs listen already: End one.')
      },
    )
  })

  test('what is gone when it asks again is not waited for', async () => {
    const error = { code: 'history.trimmed', message: 'Epoch 2 is forgotten.', next: 'From 9.' }
    let asked = 0
    await withServer(
      (_, response) => {
        if (asked++ > 0) return json(response, { error }, 410)
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write('id: 1\ndata: one\n\n', () => response.destroy())
      },
      async (address) => {
        const stop = new AbortController().signal
        const heard: string[] = []
        const lost: string[] = []
        const how = { stop, pauseMs: 1, lost: (why: Error) => void lost.push(why.message) }
        const read = async (): Promise<void> => {
          for await (const { data } of follow({ url: `http://${address}`, path: '/', ...how }))
            heard.push(data)
        }
        await expect(read()).rejects.toThrow('Epoch 2 is forgotten: From 9.')
        expect(heard).toEqual(['one'])
        expect(lost).toHaveLength(1)
      },
    )
  })
})
