import type { Duplex } from 'node:stream'
import { generate, type Packet } from 'mqtt-packet'
import { createFrameSplitter } from './frame-splitter.ts'
import { createPacketReader } from './packet-reader.ts'

/** Where a connection comes from and where it arrived. */
export interface Peer {
  /** `127.0.0.1:50123`. */
  readonly peername: string
  /** The same without the port. */
  readonly peerhost: string
  readonly sockname: string
}

/** How long a client has to read our last packet and close, before we cut. */
const LINGER_MS = 500

/** MQTT packets over one connection, whatever carries it. */
export class Wire {
  readonly peer: Peer
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>
  readonly #stream: Duplex
  #protocolVersion = 4
  #outgoingBytesMax = Number.POSITIVE_INFINITY
  #isClosing = false
  readonly #givenUp = Promise.withResolvers<void>()
  #isFrozen = false

  constructor(stream: Duplex, peer: Peer) {
    this.peer = peer
    this.#stream = stream
    this.closed = new Promise((resolve) => {
      stream.once('close', resolve)
    })
    // Whoever iterates `packets` is told; once nobody does, a broken connection is no news.
    stream.on('error', () => {})
  }

  /**
   * What the client sends, until it or we close. Throws a FrameError for what is not MQTT, or has
   * more than `bytesMax` bytes.
   */
  async *packets(bytesMax: number): AsyncGenerator<Packet> {
    try {
      yield* this.#read(bytesMax)
    } catch (error) {
      if (!this.#isFrozen) throw error
    }
    // Nobody has noticed that the connection is gone.
    if (this.#isFrozen) await this.#givenUp.promise
  }

  async *#read(bytesMax: number): AsyncGenerator<Packet> {
    const splitter = createFrameSplitter(bytesMax)
    const reader = createPacketReader()
    for await (const chunk of this.#stream.iterator({ destroyOnReturn: false })) {
      if (this.#isClosing || this.#isFrozen) continue
      for (const frame of splitter.push(chunk)) {
        // Asked again for each packet: the one before may have been the last.
        if (!this.#isClosing && !this.#isFrozen) yield reader.read(frame)
      }
    }
  }

  /** Says how to write to this client: its version of MQTT, and the largest packet it takes. */
  agree(protocolVersion: number, packetBytesMax: number): void {
    this.#protocolVersion = protocolVersion
    this.#outgoingBytesMax = packetBytesMax
  }

  /** Writes a packet. False where it is larger than the client takes: then nothing is written. */
  send(packet: Packet): boolean {
    if (this.#isClosing) return true
    const bytes = generate(packet, { protocolVersion: this.#protocolVersion })
    if (bytes.length > this.#outgoingBytesMax) return false
    if (this.#stream.writable && !this.#isFrozen) this.#stream.write(bytes)
    return true
  }

  /** Writes a last packet, if any, and closes. What still comes in is thrown away. */
  close(last?: Packet): void {
    if (this.#isClosing) return
    if (last !== undefined) this.send(last)
    this.#isClosing = true
    this.#givenUp.resolve()
    if (this.#isFrozen) {
      this.cut()
      return
    }
    this.#stream.end()
    // Reading on keeps the kernel from answering unread bytes with a reset, which could overtake
    // our last packet.
    this.#stream.resume()
    const cut = setTimeout(() => this.#stream.destroy(), LINGER_MS)
    void this.closed.then(() => clearTimeout(cut))
  }

  /**
   * Lets the client vanish without a word, as behind a dead router: nothing comes in or goes out any
   * more, nor the news that the connection has ended, until we close.
   */
  freeze(): void {
    this.#isFrozen = true
  }

  /** Ends the connection at once. */
  cut(): void {
    this.#stream.destroy()
  }
}
