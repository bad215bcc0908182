import fc from 'fast-check'
import { generate, type IConnectPacket, type Packet } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { createFrameSplitter, FrameError } from '../../../../demo/broker/wire/frame-splitter.ts'
import { createPacketReader } from '../../../../demo/broker/wire/packet-reader.ts'
import { sized } from '../../../support/size.ts'

const CONNECT: IConnectPacket = {
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 5,
  clientId: 'a',
  clean: true,
  keepalive: 60,
  username: 'ann',
  password: Buffer.from('secret'),
  properties: { sessionExpiryInterval: 60, userProperties: { a: 'b' } },
  will: {
    topic: 'w',
    payload: Buffer.from('x'),
    properties: { willDelayInterval: 3, contentType: 'text/plain' },
  },
}

const PACKETS: readonly Packet[] = [
  CONNECT,
  {
    cmd: 'publish',
    topic: 'a/b',
    payload: Buffer.from('hello'),
    qos: 1,
    dup: false,
    retain: false,
    messageId: 1,
    properties: {
      messageExpiryInterval: 1,
      responseTopic: 'r',
      correlationData: Buffer.from('c'),
      userProperties: { a: ['b', 'c'] },
    },
  },
  {
    cmd: 'subscribe',
    messageId: 2,
    subscriptions: [{ topic: 'a/#', qos: 1, nl: true, rap: true, rh: 1 }],
    properties: { subscriptionIdentifier: 1 },
  },
  { cmd: 'unsubscribe', messageId: 3, unsubscriptions: ['a/#'] },
  { cmd: 'puback', messageId: 4, reasonCode: 16, properties: { reasonString: 'r' } },
  { cmd: 'pubrel', messageId: 5, reasonCode: 0 },
  { cmd: 'disconnect', reasonCode: 4, properties: { sessionExpiryInterval: 1 } },
  { cmd: 'pingreq' },
]

describe('the packet reader', () => {
  it('reads what mqtt-packet writes', () => {
    const reader = createPacketReader()

    for (const packet of PACKETS) {
      expect(reader.read(generate(packet, { protocolVersion: 5 }))).toMatchObject(packet)
    }
  })

  it.each([
    ['a PUBLISH with packet id 0', '32050001610000'],
    ['a SUBSCRIBE with packet id 0', '820700000000016101'],
    [
      'two session expiry intervals',
      '1018 0004 4d515454 05 02 003c 0a 1100000001 1100000002 0001 61',
    ],
    ['a session expiry interval cut short', '1011 0004 4d515454 05 02 003c 03 110000 0001 61'],
    ['both QoS bits', '36030001 61'],
    ['a subscription without a filter', '8203000100'],
  ])('refuses %s', (_name, hex) => {
    const reader = createPacketReader()

    expect(() => reader.read(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toThrow(FrameError)
  })

  it('reads or refuses whatever comes, and what it reads can be written again', () => {
    const frame = fc
      .constantFrom(...PACKETS)
      .map((packet) => generate(packet, { protocolVersion: 5 }))
    const change = fc.tuple(fc.nat(), fc.nat(255))
    fc.assert(
      fc.property(frame, fc.array(change, { minLength: 1, maxLength: 4 }), (whole, changes) => {
        const reader = createPacketReader()
        reader.read(generate(CONNECT))
        const spoilt = Buffer.from(whole)
        for (const [at, byte] of changes) spoilt[at % spoilt.length] = byte

        const read = readOrRefuse(() =>
          createFrameSplitter(100_000)
            .push(spoilt)
            .map((bytes) => reader.read(bytes)),
        )

        for (const packet of read) {
          if (packet.cmd === 'publish') generate(packet, { protocolVersion: 5 })
        }
      }),
      { seed: 20261123, numRuns: sized(3000, 200_000) },
    )
  })
})

describe('the frame splitter', () => {
  it('puts packets together however the bytes are cut', () => {
    const bytes = Buffer.concat(PACKETS.map((packet) => generate(packet, { protocolVersion: 5 })))
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
        const splitter = createFrameSplitter(100_000)
        const ends = [...cuts, bytes.length].toSorted((a, b) => a - b)

        const frames = ends.flatMap((end, index) =>
          splitter.push(bytes.subarray(ends[index - 1] ?? 0, end)),
        )

        expect(Buffer.concat(frames)).toEqual(bytes)
        expect(frames).toHaveLength(PACKETS.length)
      }),
      { seed: 20261123, numRuns: sized(200, 5000) },
    )
  })

  it('refuses a packet by its length, before it is there', () => {
    const splitter = createFrameSplitter(1000)

    expect(() => splitter.push(Buffer.from([0x30, 0xe9, 0x07]))).toThrow(
      expect.objectContaining({ kind: 'too-large' }),
    )
  })

  it('refuses a length of more than four bytes', () => {
    const splitter = createFrameSplitter(1000)

    expect(() => splitter.push(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff]))).toThrow(
      expect.objectContaining({ kind: 'malformed' }),
    )
  })
})

function readOrRefuse(read: () => readonly Packet[]): readonly Packet[] {
  try {
    return read()
  } catch (error) {
    expect(error).toBeInstanceOf(FrameError)
    return []
  }
}
