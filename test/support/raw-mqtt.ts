import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import {
  generate,
  type IConnackPacket,
  type IConnectPacket,
  type Packet,
  type PacketCmd,
  parser,
} from 'mqtt-packet'

type PacketOf<Cmd extends PacketCmd> = Extract<Packet, { cmd: Cmd }>

/** An MQTT client that does nothing by itself: tests say every packet and read every answer. */
export interface RawMqtt {
  send(packet: Packet): void
  /** Bytes as they are, MQTT or not. */
  write(bytes: Buffer): void
  /** The next packet that was not read yet; fails if it is another one, or the connection ends. */
  next<Cmd extends PacketCmd>(cmd: Cmd): Promise<PacketOf<Cmd>>
  /** Packets that came and were not read. */
  unread(): readonly Packet[]
  /** Asks for a PINGRESP and waits for it: whatever was on its way is here then. */
  settle(): Promise<void>
  /** Resolves when the broker has closed, or we have. */
  readonly closed: Promise<void>
  /** Ends the connection without a word. */
  cut(): void
}

export async function openRaw(port: number, protocolVersion: 3 | 4 | 5 = 5): Promise<RawMqtt> {
  const socket = createConnection(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.setNoDelay(true)
  return overSocket(socket, protocolVersion)
}

export interface RawLogin {
  readonly client: RawMqtt
  readonly connack: IConnackPacket
}

/** Opens a connection and sends a CONNECT. Refusals come back as the CONNACK that they are. */
export async function connectRaw(
  port: number,
  connect: Partial<IConnectPacket>,
): Promise<RawLogin> {
  const { protocolVersion = 5 } = connect
  const client = await openRaw(port, protocolVersion)
  client.send({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion,
    clientId: 'raw',
    clean: true,
    keepalive: 0,
    ...connect,
  })
  return { client, connack: await client.next('connack') }
}

function overSocket(socket: Socket, protocolVersion: 3 | 4 | 5): RawMqtt {
  const unread: Packet[] = []
  const reader = parser({ protocolVersion })
  let wake = () => {}
  let isClosed = false
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      isClosed = true
      wake()
      resolve()
    })
  })
  reader.on('packet', (packet) => {
    unread.push(packet)
    wake()
  })
  socket.on('data', (bytes) => reader.parse(bytes))
  socket.on('error', () => {})

  async function nextAny(): Promise<Packet | undefined> {
    while (unread.length === 0 && !isClosed) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return unread.shift()
  }

  return {
    send: (packet) => void socket.write(generate(packet, { protocolVersion })),
    write: (bytes) => void socket.write(bytes),
    async next(cmd) {
      const packet = await nextAny()
      if (packet === undefined) throw new Error(`closed while waiting for ${cmd}`)
      if (!isA(packet, cmd)) {
        throw new Error(`expected ${cmd}, got ${JSON.stringify(packet)}`)
      }
      return packet
    },
    unread: () => unread,
    async settle() {
      const already = unread.length
      socket.write(generate({ cmd: 'pingreq' }, { protocolVersion }))
      while (!unread.slice(already).some(({ cmd }) => cmd === 'pingresp')) {
        if (isClosed) throw new Error('closed while settling')
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      unread.splice(
        unread.findIndex(({ cmd }) => cmd === 'pingresp'),
        1,
      )
    },
    closed,
    cut: () => void socket.destroy(),
  }
}

function isA<Cmd extends PacketCmd>(packet: Packet, cmd: Cmd): packet is PacketOf<Cmd> {
  return packet.cmd === cmd
}
