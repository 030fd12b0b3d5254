/** The totals of sockets, streams and disk under the names that metrics give them. */
import type { Counter } from './api/sources.js'
import type { Datagrams } from './datagrams.js'
import type { Store } from './store.js'
import type { Streams } from './streams.js'

export function trafficOf(
  datagrams: Datagrams,
  streams: Streams,
  store: Store,
): readonly Counter[] {
  return [
    { name: 'datagrams_received', help: 'Datagrams received.', value: datagrams.received },
    { name: 'datagrams_sent', help: 'Datagrams sent.', value: datagrams.sent },
    {
      name: 'datagram_bytes_received',
      help: 'Bytes of datagrams received, without headers.',
      value: datagrams.receivedBytes,
    },
    {
      name: 'datagram_bytes_sent',
      help: 'Bytes of datagrams sent, without headers.',
      value: datagrams.sentBytes,
    },
    {
      name: 'datagrams_unsent',
      help: 'Datagrams that could not be sent.',
      value: datagrams.unsent,
    },
    { name: 'streams_accepted', help: 'Connections accepted.', value: streams.accepted },
    { name: 'streams_opened', help: 'Connections opened.', value: streams.opened },
    { name: 'stream_frames_received', help: 'Frames received.', value: streams.framesIn },
    { name: 'stream_frames_sent', help: 'Frames sent.', value: streams.framesOut },
    { name: 'stream_bytes_received', help: 'Bytes of frames received.', value: streams.bytesIn },
    { name: 'stream_bytes_sent', help: 'Bytes of frames sent.', value: streams.bytesOut },
    {
      name: 'stream_junk_oversized',
      help: 'Connections ended for a frame over the limit.',
      value: streams.oversized,
    },
    {
      name: 'stream_overflows',
      help: 'Connections ended because too much was unsent.',
      value: streams.overflowed,
    },
    { name: 'store_batches', help: 'Batches written to disk.', value: store.batches },
    { name: 'store_failures', help: 'Batches that failed.', value: store.failures },
  ]
}
