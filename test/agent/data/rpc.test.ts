/** The embedded transport: its contract over loopback, what strangers meet, and what junk does. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import fc from 'fast-check'
import { FrameCutter, framed, type Frame } from '../../../src/agent/data/rpc-frame.js'
import { MAGIC, type Introduction } from '../../../src/agent/data/rpc-hello.js'
import { TcpRpc } from '../../../src/agent/data/tcp-rpc.js'
import { rpcContract, type RpcPair } from '../../../src/cluster/contract/rpc-contract.js'
import { RpcError } from '../../../src/cluster/data/rpc.js'

/** Undone after each test. */
const undo: (() => unknown)[] = []

afterEach(async () => {
  for (const step of undo.splice(0)) await step()
})

const known = { cluster: 'blue', clusterId: '', address: '127.0.0.1:1' }

interface End {
  readonly rpc: TcpRpc
  readonly address: string
  readonly sockets: Set<Socket>
}

async function end(introduction: Introduction = known): Promise<End> {
  const sockets = new Set<Socket>()
  const rpc = new TcpRpc({
    introduce: () => introduction,
    dial: (to) => {
      const [host = '', port] = to.split(':')
      return connect({ host, port: Number(port), noDelay: true })
    },
  })
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    rpc.accept(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  undo.push(
    () => rpc.close(),
    () => new Promise((resolve) => server.close(resolve)),
  )
  return { rpc, address: `127.0.0.1:${portOf(server.address())}`, sockets }
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function pair(): Promise<RpcPair> {
  const [asker, answerer] = [await end(), await end()]
  const cut = (): void => {
    for (const socket of answerer.sockets) socket.destroy()
    answerer.sockets.clear()
  }
  const nobody = createServer().listen(0, '127.0.0.1')
  await once(nobody, 'listening')
  const nowhere = `127.0.0.1:${portOf(nobody.address())}`
  await new Promise((resolve) => nobody.close(resolve))
  return { asker: asker.rpc, answerer: answerer.rpc, there: answerer.address, nowhere, cut }
}

describe('framed TCP', () => {
  const make = async () => ({ subject: await pair(), end: () => Promise.resolve() })
  for (const { name, run } of rpcContract(make)) test(name, run)
})

test.each([
  [{ ...known, cluster: 'red' }, 'this is the cluster blue, and not red'],
  [{ ...known, clusterId: 'b'.repeat(64) }, 'this is the ring aaaaaaaaaaaa of blue, and not bbbb'],
])('another cluster is refused by name: %j', async (introduction, why) => {
  const ours = await end({ ...known, clusterId: 'a'.repeat(64) })
  const theirs = await end(introduction)
  const attempt = theirs.rpc.ask(ours.address, 'any', new Uint8Array(), { timeout: 5000 })
  await expect(attempt).rejects.toThrow(why)
  const trouble = await attempt.catch(
    (error: unknown) => error instanceof RpcError && error.trouble,
  )
  expect(trouble).toBe('foreign')
})

test.each([
  ['another greeting', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['a frame that is none', Buffer.concat([MAGIC, Buffer.alloc(64, 0xff)])],
  ['a frame before the introduction', Buffer.concat([MAGIC, ...framed('ask', 1)])],
  ['an introduction that is none', Buffer.concat([MAGIC, ...framed('hello', 0)])],
  [
    'a frame with a bit turned over',
    Buffer.concat([MAGIC, ...framed('hello', 0)]).fill(9, MAGIC.length + 8, MAGIC.length + 9),
  ],
])('%s ends the connection and is counted', async (_, bytes) => {
  const { rpc, address } = await end()
  const socket = connect({ host: '127.0.0.1', port: Number(address.split(':')[1]) })
  socket.on('error', () => undefined)
  socket.write(bytes)
  await once(socket, 'close')
  expect(rpc.traffic.junk).toBe(1)
})

const anyFrame = fc.record({
  kind: fc.constantFrom<Frame['kind']>('ask', 'answer', 'piece', 'credit'),
  call: fc.integer({ min: 0, max: 0xffffffff }),
  head: fc.uint8Array({ maxLength: 40 }),
  body: fc.uint8Array({ maxLength: 200 }),
})

test('frames come out of any cuts as they went in, and never when a bit was turned over', () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 })
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 6 }), cuts, fc.nat(), (frames, sizes, flip) => {
      const bytes = Buffer.concat(
        frames.flatMap(({ kind, call, head, body }) => framed(kind, call, head, body)),
      )
      expect(cut(bytes, sizes)).toEqual({ frames: frames.map(plain), junk: undefined })
      if (bytes.length === 0) return
      const place = flip % bytes.length
      bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << (flip % 8)), place)
      const spoilt = cut(bytes, sizes)
      expect(spoilt.frames).toEqual(frames.map(plain).slice(0, spoilt.frames.length))
      expect(spoilt.frames.length).toBeLessThan(frames.length)
    }),
  )
})

function cut(bytes: Buffer, sizes: readonly number[]) {
  const cutter = new FrameCutter()
  const frames: ReturnType<typeof plain>[] = []
  let junk: string | undefined
  for (let from = 0, i = 0; from < bytes.length && junk === undefined; i++) {
    const size = sizes[i % sizes.length] ?? 1
    junk = cutter.push(bytes.subarray(from, from + size), (frame) => frames.push(plain(frame)))
    from += size
  }
  return { frames, junk }
}

function plain({ kind, call, head, body }: Frame) {
  return { kind, call, head: [...head], body: [...body] }
}
