import type { Packet } from 'mqtt-packet'
import type { ClientInfo } from '../client-info.ts'
import type { CallOff } from '../clock.ts'
import { clientDisconnected } from '../events/client-happenings.ts'
import { type TopicRights, whileConnected } from '../hooks/topic-rights.ts'
import type { Hub } from '../hub.ts'
import type { DisconnectProperties } from '../properties.ts'
import { REASON, type ReasonName } from '../reason-codes.ts'
import type { Session } from '../sessions/session.ts'
import type { Wire } from '../wire/wire.ts'
import type { ChannelParts } from './channel-parts.ts'
import { type Keepalive, watchKeepalive } from './keepalive.ts'
import { createMailbox, type Mailbox } from './mailbox.ts'
import type { Goodbye, PacketReceiver } from './packet-receiver.ts'
import { receivePacket } from './receive-packet.ts'
import { createTopicAliases, type TopicAliases } from './topic-aliases.ts'
import { createPendingWill, type PendingWill } from './will.ts'

/**
 * One client's connection and, after it, the wait for the client to come back. It is over when its
 * session is, or when the next connection takes the session along.
 */
export class Channel implements PacketReceiver {
  readonly hub: Hub
  readonly client: ClientInfo
  readonly session: Session
  readonly rights: TopicRights
  readonly aliases: TopicAliases
  /** Milliseconds since 1970. */
  readonly connectedAt: number
  readonly #wire: Wire
  readonly #will: PendingWill
  readonly #mailbox: Mailbox = createMailbox()
  readonly #timers: CallOff[] = []
  #state: 'connected' | 'waiting' | 'over' = 'connected'
  #disconnectedAt: number | undefined
  #expirySeconds: number
  #goodbye: DisconnectProperties | undefined
  #keepalive: Keepalive | undefined

  constructor({ hub, client, wire, session, rights, will, expiresAt }: ChannelParts) {
    this.hub = hub
    this.client = client
    this.session = session
    this.rights = whileConnected(rights, () => this.#state === 'connected')
    this.aliases = createTopicAliases(client.properties.topicAliasMaximum ?? 0)
    this.#wire = wire
    this.#will = createPendingWill({ hub, client, rights, mailbox: this.#mailbox, will })
    this.connectedAt = hub.timers.now()
    this.#expirySeconds = client.expirySeconds
    if (expiresAt !== undefined) this.#endLoginAt(expiresAt)
  }

  get disconnectedAt(): number | undefined {
    return this.#disconnectedAt
  }

  /** Takes up its work, once the CONNACK is sent. */
  start(): void {
    const { client, hub } = this
    this.session.outbox.connect({ client, send: (packet) => this.send(packet) })
    this.#keepalive = watchKeepalive(client.keepalive, hub.timers, () => {
      void this.expel('keepalive_timeout')
    })
  }

  /** Handles one packet. */
  receive(packet: Packet): Promise<void> {
    return this.#mailbox.run(async () => {
      if (this.#state !== 'connected') return
      this.#keepalive?.heard()
      await receivePacket(this, packet)
    })
  }

  /** The connection is gone; `reason` in EMQX's words. */
  lose(reason: string): Promise<void> {
    return this.#mailbox.run(() => this.#leave(reason))
  }

  /** Sends the client away. */
  expel(reason: ReasonName, reported?: string): Promise<void> {
    return this.#mailbox.run(() => this.disconnect(reason, reported))
  }

  /** Gives the session to the client's next connection; undefined where it is over. */
  handOver(): Promise<Session | undefined> {
    return this.#mailbox.run(async () => {
      if (this.#state === 'over') return undefined
      await this.#will.due('takenover')
      this.#endConnection('takenover')
      return this.session
    })
  }

  /** Ends connection and session: the client starts anew. */
  discard(): Promise<void> {
    return this.#endAll('discarded')
  }

  kick(): Promise<void> {
    return this.#endAll('kicked')
  }

  whileThere<Result>(work: () => Result): Promise<Result | undefined> {
    return this.#mailbox.run(() => (this.#state === 'over' ? undefined : work()))
  }

  vanish(keeps: 'sessions' | 'nothing'): void {
    if (this.#state === 'over') return
    this.#will.withdraw()
    const wasConnected = this.#state === 'connected'
    if (wasConnected) {
      this.#wire.close()
      this.#endWork()
    }
    if (keeps === 'nothing') this.#endSession()
    else if (wasConnected) void this.#wait()
  }

  /** Ends connection and session without a word, as EMQX does where it cuts a client off hard. */
  abandon(): Promise<void> {
    return this.#mailbox.run(async () => {
      if (this.#state === 'over') return
      this.#wire.close()
      this.#keepalive?.stop()
      await this.#finish()
    })
  }

  freeze(): void {
    this.#wire.freeze()
  }

  cut(): void {
    this.#wire.cut()
  }

  send(packet: Packet): boolean {
    if (packet.cmd !== 'publish') return this.#wire.send(packet)
    const { topic, alias } = this.aliases.shorten(packet.topic)
    if (alias === undefined) return this.#wire.send(packet)
    const properties = { ...packet.properties, topicAlias: alias }
    return this.#wire.send({ ...packet, topic, properties })
  }

  async disconnect(reason: ReasonName, reported: string = reason): Promise<void> {
    if (this.#state !== 'connected') return
    this.#closeWire(reason)
    await this.#leave(reported)
  }

  async sayGoodbye({ reason, properties, keepsWill }: Goodbye): Promise<void> {
    this.#goodbye = properties
    this.#expirySeconds = properties?.sessionExpiryInterval ?? this.#expirySeconds
    if (!keepsWill) this.#will.withdraw()
    this.#wire.close()
    await this.#leave(reason)
  }

  /** From connected to waiting for the client to come back. */
  async #leave(reason: string): Promise<void> {
    if (this.#state !== 'connected') return
    await this.#will.due('lost')
    // Its node may have died while somebody was asked about the will.
    if (this.#state !== 'connected') return
    this.#reportEnd(reason)
    await this.#wait()
  }

  async #wait(): Promise<void> {
    this.#state = 'waiting'
    if (this.#expirySeconds === 0) return await this.#finish()
    const expire = () => void this.#mailbox.run(() => this.#expire())
    this.#timers.push(this.hub.timers.after(this.#expirySeconds * 1000, expire))
  }

  async #expire(): Promise<void> {
    if (this.#state === 'waiting') await this.#finish()
  }

  /** The session is over, and a will that still waits for its delay is due. */
  async #finish(): Promise<void> {
    await this.#will.due('session-over')
    this.#endSession()
  }

  #endSession(): void {
    this.#state = 'over'
    this.#callOffTimers()
    this.session.outbox.disconnect()
    this.hub.router.forget(this.session)
    this.hub.channels.remove(this)
  }

  #endAll(reason: 'discarded' | 'kicked'): Promise<void> {
    return this.#mailbox.run(async () => {
      if (this.#state === 'over') return
      await this.#will.due('session-over')
      this.#endConnection(reason)
      this.#endSession()
    })
  }

  /** Another connection of the same client takes this one's place, or nobody does. */
  #endConnection(reason: 'takenover' | 'discarded' | 'kicked'): void {
    const wasConnected = this.#state === 'connected'
    this.#state = 'over'
    this.#callOffTimers()
    if (!wasConnected) return
    this.#closeWire(reason === 'kicked' ? 'administrative_action' : 'session_taken_over')
    this.#reportEnd(reason)
  }

  #reportEnd(reason: string): void {
    this.#endWork()
    this.hub.report(
      clientDisconnected(this.client, {
        reason,
        connectedAt: this.connectedAt,
        endedAt: this.hub.timers.now(),
        properties: this.#goodbye,
      }),
    )
  }

  #endWork(): void {
    this.#disconnectedAt = this.hub.timers.now()
    this.#keepalive?.stop()
    this.#callOffTimers()
    this.rights.forget()
    this.session.outbox.disconnect()
  }

  /** MQTT 3.1.1 has no DISCONNECT from the broker. */
  #closeWire(reason: ReasonName): void {
    const isV5 = this.client.protocolVersion === 5
    this.#wire.close(isV5 ? { cmd: 'disconnect', reasonCode: REASON[reason] } : undefined)
  }

  #endLoginAt(expiresAt: number): void {
    const left = Math.max(0, expiresAt - this.hub.timers.now())
    this.#timers.push(this.hub.timers.after(left, () => void this.expel('not_authorized')))
  }

  #callOffTimers(): void {
    for (const callOff of this.#timers.splice(0)) callOff()
  }
}
