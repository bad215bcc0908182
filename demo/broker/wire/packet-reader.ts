import { type Packet, parser } from 'mqtt-packet'
import { FrameError, type FrameFault } from './frame-splitter.ts'

/** Reads whole packets; remembers from the CONNECT which MQTT the client speaks. */
export interface PacketReader {
  /** Throws a FrameError for what is not a packet. */
  read(frame: Buffer): Packet
}

export function createPacketReader(): PacketReader {
  const mqtt = parser()
  let packet: Packet | undefined
  let failure: unknown
  mqtt.on('packet', (read) => {
    packet = read
  })
  mqtt.on('error', (error) => {
    failure = error
  })
  return {
    read(frame) {
      packet = undefined
      failure = undefined
      try {
        mqtt.parse(frame)
      } catch (error) {
        failure = error
      }
      if (packet === undefined || failure !== undefined) {
        throw new FrameError(faultOf(failure), 'not an MQTT packet', { cause: failure })
      }
      refuseNonsense(packet)
      return packet
    },
  }
}

/** mqtt-packet tells its errors apart by their text only. */
function faultOf(failure: unknown): FrameFault {
  const isVersion = failure instanceof Error && failure.message === 'Invalid protocol version'
  return isVersion ? 'unknown-version' : 'malformed'
}

/** What mqtt-packet lets through although MQTT forbids it. */
function refuseNonsense(packet: Packet): void {
  if (needsId(packet) && !isPacketId(packet.messageId)) {
    throw new FrameError('malformed', `packet id ${packet.messageId}`)
  }
  if ('properties' in packet) refuseProperties(packet.properties)
  if (packet.cmd === 'connect') refuseProperties(packet.will?.properties)
}

function refuseProperties(properties: object | undefined): void {
  for (const [name, value] of Object.entries(properties ?? {})) {
    // MQTT 5.0 §2.2.2.2: nothing but user properties may appear twice (and subscription identifiers
    // in what brokers send). mqtt-packet makes a list of whatever does.
    const isWhole = name === 'userProperties' ? Object.values(value).every(isThere) : isThere(value)
    if (!isWhole || Array.isArray(value)) throw new FrameError('malformed', `property ${name}`)
  }
}

/** mqtt-packet reads what is cut short as null, false or -1. */
function isThere(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isThere)
  return value !== null && value !== undefined && value !== -1
}

function needsId(packet: Packet): boolean {
  switch (packet.cmd) {
    case 'publish':
      return packet.qos > 0
    case 'connect':
    case 'connack':
    case 'pingreq':
    case 'pingresp':
    case 'disconnect':
    case 'auth':
      return false
    default:
      return true
  }
}

function isPacketId(id: number | undefined): boolean {
  return id !== undefined && id > 0
}
