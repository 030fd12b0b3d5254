/**
 * Sockets on loopback: frames both ways on one connection, endings with their reasons, and the
 * bounds.
 */
import { afterEach, expect, test } from '@jest/globals'
import { connect, createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Datagrams } from '../../src/agent/datagrams.js'
import { Endpoints } from '../../src/agent/endpoints.js'
import { FRAME_LIMIT, frameHeader } from '../../src/agent/frames.js'
import { bindSockets } from '../../src/agent/sockets.js'
import { Streams } from '../../src/agent/streams.js'
import { OperatorError } from '../../src/agent/failure.js'

interface Peer {
  readonly address: string
  readonly streams: Streams
  readonly datagrams: Datagrams
  /** What it heard and saw end, in order. */
  readonly heard: string[]
  readonly from: string[]
}

/** Undone after each test. */
const undo: (() => void)[] = []

afterEach(() => {
  for (const step of undo.splice(0)) step()
})

async function peer(
  host = '127.0.0.1',
  limits: { idle?: number; most?: number } = {},
): Promise<Peer> {
  const bound = await bindSockets(host, 0)
  const endpoints = new Endpoints(bound.version)
  const heard: string[] = []
  const from: string[] = []
  const streams = new Streams(bound.tcp, endpoints, {
    ...limits,
    onFrame: (sender, bytes) => {
      from.push(sender)
      heard.push(Buffer.from(bytes).toString().slice(0, 20))
    },
    onClosed: (who, why) => heard.push(`closed ${who} ${why}`),
  })
  const datagrams = new Datagrams(bound.udp, endpoints, (sender, bytes) => {
    from.push(sender)
    heard.push(`datagram ${Buffer.from(bytes).toString()}`)
  })
  undo.push(() => {
    streams.close()
    datagrams.close()
  })
  const address = host.includes(':') ? `[${host}]:${bound.port}` : `${host}:${bound.port}`
  return { address, streams, datagrams, heard, from }
}

async function until(holds: () => boolean): Promise<void> {
  for (let turns = 0; turns < 300 && !holds(); turns++) await sleep(10)
  expect(holds()).toBe(true)
}

function rawClient(address: string): Socket {
  const port = Number(address.split(':').at(-1))
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => undefined)
  undo.push(() => socket.destroy())
  return socket
}

test.each(['127.0.0.1', '::1'])('UDP and TCP share one port number on %s', async (host) => {
  const [a, b] = [await peer(host), await peer(host)]
  a.datagrams.send(b.address, Buffer.from('hello'))
  await until(() => b.heard.includes('datagram hello'))
  expect(b.from).toEqual([a.address])
  a.streams.send(b.address, Buffer.from('framed'))
  await until(() => b.heard.includes('framed'))
})

test('an answer goes out on the connection that the frame came by', async () => {
  const [a, b] = [await peer(), await peer()]
  a.streams.send(b.address, Buffer.from('question'))
  await until(() => b.heard.length === 1)
  b.streams.send(b.from[0] ?? '', Buffer.from('answer'))
  await until(() => a.heard.includes('answer'))
  expect([a.streams.opened, a.streams.accepted, b.streams.opened, b.streams.accepted]).toEqual([
    1, 0, 0, 1,
  ])
  expect(a.from).toEqual([b.address])
})

test('nobody listening is a refusal, an impossible address a loss', async () => {
  const a = await peer()
  const gone = await bindSockets('127.0.0.1', 0)
  gone.udp.close()
  gone.tcp.close()
  await once(gone.tcp, 'close')
  a.streams.send(`127.0.0.1:${gone.port}`, Buffer.from('x'))
  a.streams.send('name.example:7', Buffer.from('x'))
  await until(() => a.heard.length === 2)
  expect(a.heard).toContain(`closed 127.0.0.1:${gone.port} refused`)
  expect(a.heard).toContain('closed name.example:7 lost')
})

test('idle connections are closed in silence', async () => {
  const [a, b] = [await peer('127.0.0.1', { idle: 60 }), await peer('127.0.0.1', { idle: 60 })]
  a.streams.send(b.address, Buffer.from('x'))
  await until(() => b.heard.length === 1)
  await until(() => a.streams.open === 0 && b.streams.open === 0)
  expect([...a.heard, ...b.heard]).toEqual(['x'])
})

test('a peer that breaks off is told as lost', async () => {
  const [a, b] = [await peer(), await peer()]
  a.streams.send(b.address, Buffer.from('x'))
  await until(() => b.heard.length === 1)
  b.streams.close()
  await until(() => a.heard.length === 1)
  expect(a.heard).toEqual([`closed ${b.address} lost`])
})

test('a length over the limit ends the connection and is counted as junk', async () => {
  const a = await peer()
  const client = rawClient(a.address)
  client.write(frameHeader(FRAME_LIMIT + 1))
  await once(client, 'close')
  expect(a.streams.oversized).toBe(1)
  await until(() => a.streams.open === 0)
})

test('junk at full speed leaves the others alone', async () => {
  const [a, b] = [await peer(), await peer()]
  for (let i = 0; i < 30; i++) {
    const client = rawClient(a.address)
    client.write(Buffer.alloc(4000, 0x80 + i))
    a.datagrams.send(b.address, Buffer.alloc(100, i))
  }
  b.streams.send(a.address, Buffer.from('still'))
  await until(() => a.heard.includes('still') && a.streams.oversized === 30)
  expect(b.datagrams.received).toBeGreaterThan(0)
})

test('one connection more than the bound closes the one that was quiet for longest', async () => {
  const a = await peer('127.0.0.1', { most: 2 })
  const [first, second] = [rawClient(a.address), rawClient(a.address)]
  await until(() => a.streams.open === 2)
  first.write(Buffer.concat([frameHeader(1), Buffer.from('1')]))
  await until(() => a.heard.includes('1'))
  rawClient(a.address)
  await once(second, 'close')
  expect(a.streams.open).toBe(2)
  expect(first.destroyed).toBe(false)
})

test('a peer that does not read is dropped when too much is unsent', async () => {
  const deaf = createServer((socket) => {
    socket.pause()
    socket.on('error', () => undefined)
    undo.push(() => socket.destroy())
  }).listen(0, '127.0.0.1')
  undo.push(() => void deaf.close())
  await once(deaf, 'listening')
  const bound = deaf.address()
  const address = `127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`
  const a = await peer()
  for (let i = 0; i < 40 && a.streams.overflowed === 0; i++) {
    a.streams.send(address, Buffer.alloc(FRAME_LIMIT / 2))
    await sleep(5)
  }
  expect(a.streams.overflowed).toBe(1)
  await until(() => a.heard.length === 1)
  expect(a.heard).toEqual([`closed ${address} lost`])
})

test('a datagram to nowhere is counted and forgotten', async () => {
  const a = await peer()
  a.datagrams.send('name.example:7', Buffer.from('x'))
  a.datagrams.send('[::1]:7', Buffer.from('x'))
  expect(a.datagrams.unsent).toBe(2)
})

test.each(['TCP', 'UDP'])('a port whose %s side is taken is refused whole', async (side) => {
  const taken = await bindSockets('127.0.0.1', 0)
  if (side === 'TCP') taken.udp.close()
  else {
    taken.tcp.close()
    await once(taken.tcp, 'close')
  }
  const refused = bindSockets('127.0.0.1', taken.port)
  await expect(refused).rejects.toThrow(OperatorError)
  await expect(refused).rejects.toMatchObject({
    code: 'port.taken',
    message: expect.stringContaining(`${side} 127.0.0.1:${taken.port} is taken`),
  })
  if (side === 'TCP') taken.tcp.close()
  else taken.udp.close()
  await sleep(20)
  const again = await bindSockets('127.0.0.1', taken.port)
  again.udp.close()
  again.tcp.close()
})

test('an address of another machine is refused, and an unknown host too', async () => {
  await expect(bindSockets('192.0.2.1', 0)).rejects.toMatchObject({ code: 'address.absent' })
  await expect(bindSockets('no-such-host.invalid', 0)).rejects.toMatchObject({
    code: 'host.unknown',
  })
})
