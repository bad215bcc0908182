import type { Packet } from 'mqtt-packet'
import type { Hub } from '../hub.ts'
import { FrameError } from '../wire/frame-splitter.ts'
import type { Wire } from '../wire/wire.ts'
import { acceptClient } from './accept-client.ts'
import type { Channel } from './channel.ts'

/** Everything between a connection's first byte and its last. */
export async function serveConnection(hub: Hub, wire: Wire): Promise<void> {
  // A connection that says nothing is not kept.
  const callOff = hub.timers.after(hub.settings.connectWaitMs, () => wire.close())
  let channel: Channel | undefined
  try {
    for await (const packet of wire.packets(hub.settings.packetBytesMax)) {
      callOff()
      if (channel === undefined) {
        channel = await receiveFirst(hub, wire, packet)
        if (channel === undefined) return
      } else {
        await channel.receive(packet)
      }
    }
    await channel?.lose('tcp_closed')
  } catch (error) {
    if (channel === undefined) breakOff(wire, error)
    else await breakOffChannel(channel, error)
  } finally {
    callOff()
  }
}

async function receiveFirst(hub: Hub, wire: Wire, packet: Packet): Promise<Channel | undefined> {
  if (packet.cmd === 'connect') return await acceptClient(hub, wire, packet)
  // [MQTT-3.1.0-1]: a CONNECT, or nothing.
  wire.close()
  return undefined
}

/** Before a CONNECT was understood there is nobody to explain anything to, but for one case. */
function breakOff(wire: Wire, error: unknown): void {
  if (!(error instanceof FrameError) && !isNetworkError(error)) throw error
  const isVersion = error instanceof FrameError && error.kind === 'unknown-version'
  // [MQTT-3.1.2-2], spoken in 3.1.1.
  wire.close(isVersion ? { cmd: 'connack', returnCode: 1, sessionPresent: false } : undefined)
}

async function breakOffChannel(channel: Channel, error: unknown): Promise<void> {
  if (error instanceof FrameError) return await refuseFrame(channel, error)
  if (!isNetworkError(error)) throw error
  await channel.lose('tcp_closed')
}

async function refuseFrame(channel: Channel, error: FrameError): Promise<void> {
  if (error.kind !== 'too-large') return await channel.expel('malformed_packet', 'internal_error')
  if (channel.client.protocolVersion === 5) {
    return await channel.expel('packet_too_large', 'frame_too_large')
  }
  // EMQX 5.8 cuts off a 3.1.1 client that sends too much without any event, session and all.
  await channel.abandon()
}

/** What Node's sockets fail with; everything else is a fault of ours. */
function isNetworkError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}
