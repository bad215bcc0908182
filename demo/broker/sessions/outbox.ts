import type { Packet } from 'mqtt-packet'
import type { ClientInfo } from '../client-info.ts'
import type { CallOff, Clock } from '../clock.ts'
import type { DeliveryDropReason, Report } from '../events/broker-event.ts'
import { deliveryDropped, messageAcked, messageDelivered } from '../events/message-happenings.ts'
import { isExpired } from '../message.ts'
import { FAILURE_FROM, REASON } from '../reason-codes.ts'
import { type Delivery, publishPacket } from './delivery.ts'
import { createFlights, type Flight, type Flights } from './flights.ts'
import { createMessageQueue, type MessageQueue, type QueueLimits } from './message-queue.ts'

/** The connection that carries a session's messages while there is one. */
export interface Carrier {
  readonly client: ClientInfo
  /** False where the packet is larger than the client takes. */
  send(packet: Packet): boolean
}

export interface OutboxOptions extends QueueLimits {
  /** After how long an unacknowledged message is sent again; Infinity: at reconnect only. */
  readonly retryMs: number
}

/** What goes out to one client: the window of messages under way, and the queue behind it. */
export interface Outbox {
  /** Goes on over another connection: first what is under way, once more, then what has waited. */
  connect(carrier: Carrier): void
  /** From now on everything waits. */
  disconnect(): void
  put(delivery: Delivery): void
  /** Something is dropped that never got here; for the event. */
  drop(delivery: Delivery, reason: DeliveryDropReason): void
  /** PUBACK. */
  acknowledge(packetId: number, properties: object | undefined): void
  /** PUBREC. */
  receive(packetId: number, reasonCode: number, properties: object | undefined): void
  /** PUBCOMP. */
  complete(packetId: number): void
}

export function createOutbox(
  owner: ClientInfo,
  options: OutboxOptions,
  clock: Clock,
  report: Report,
): Outbox {
  const box: Box = {
    flights: createFlights(),
    queue: createMessageQueue(options),
    retryMs: options.retryMs,
    clock,
    report,
    receiver: owner,
    carrier: undefined,
    callOffRetry: undefined,
  }
  return {
    connect: (carrier) => connect(box, carrier),
    disconnect: () => disconnect(box),
    put: (delivery) => put(box, delivery),
    drop: (delivery, reason) => drop(box, delivery, reason),
    acknowledge: (packetId, properties) => acknowledge(box, packetId, properties),
    receive: (packetId, code, properties) => receive(box, packetId, code, properties),
    complete: (packetId) => complete(box, packetId),
  }
}

interface Box {
  readonly flights: Flights
  readonly queue: MessageQueue
  readonly retryMs: number
  readonly clock: Clock
  readonly report: Report
  /** Whoever is connected, or was last. */
  receiver: ClientInfo
  carrier: Carrier | undefined
  callOffRetry: CallOff | undefined
}

function connect(box: Box, carrier: Carrier): void {
  box.carrier = carrier
  box.receiver = carrier.client
  // MQTT 5.0 §4.4: what is under way is sent again, in the order it was sent first.
  for (const flight of box.flights.all()) repeat(box, carrier, flight)
  scheduleRetry(box)
  drain(box)
}

function disconnect(box: Box): void {
  box.carrier = undefined
  box.callOffRetry?.()
  box.callOffRetry = undefined
}

/** EMQX lets QoS 0 overtake a full window. */
function put(box: Box, delivery: Delivery): void {
  if (box.carrier === undefined || (delivery.qos > 0 && isFull(box))) wait(box, delivery)
  else start(box, box.carrier, delivery)
}

function isFull({ flights, receiver }: Box): boolean {
  return flights.size >= receiver.receiveMaximum
}

function wait(box: Box, delivery: Delivery): void {
  const dropped = box.queue.push(delivery)
  if (dropped !== undefined) drop(box, dropped.delivery, dropped.reason)
}

function drop(box: Box, delivery: Delivery, reason: DeliveryDropReason): void {
  box.report(deliveryDropped(handover(box, delivery), reason))
}

function handover({ receiver, clock }: Box, delivery: Delivery) {
  return { receiver, delivery, now: clock.now() }
}

function start(box: Box, carrier: Carrier, delivery: Delivery): void {
  if (delivery.qos === 0) {
    transmit(box, carrier, delivery, undefined)
    return
  }
  const { packetId } = box.flights.start(delivery, box.clock.now())
  transmit(box, carrier, delivery, packetId)
  scheduleRetry(box)
}

function transmit(
  box: Box,
  carrier: Carrier,
  delivery: Delivery,
  packetId: number | undefined,
): void {
  box.report(messageDelivered(handover(box, delivery)))
  const isSent = carrier.send(publishPacket(delivery, packetId, box.clock.now()))
  // MQTT 5.0 §3.1.2.11.4: a message too large for the client counts as delivered.
  if (!isSent && packetId !== undefined) box.flights.end(packetId)
}

/** Fills the window from the queue. */
function drain(box: Box): void {
  while (box.carrier !== undefined && !isFull(box)) {
    const delivery = box.queue.shift()
    if (delivery === undefined) return
    if (isExpired(delivery.message, box.clock.now())) drop(box, delivery, 'expired')
    else start(box, box.carrier, delivery)
  }
}

function repeat(box: Box, carrier: Carrier, flight: Flight): void {
  const sentAt = box.clock.now()
  if (flight.phase === 'released') {
    box.flights.update({ ...flight, sentAt })
    carrier.send(pubrel(flight.packetId, REASON.success))
    return
  }
  const delivery: Delivery = { ...flight.delivery, isDuplicate: true }
  box.flights.update({ ...flight, delivery, sentAt })
  transmit(box, carrier, delivery, flight.packetId)
}

function scheduleRetry(box: Box): void {
  if (box.flights.size === 0 || box.callOffRetry !== undefined) return
  if (Number.isFinite(box.retryMs)) {
    box.callOffRetry = box.clock.after(box.retryMs, () => retry(box))
  }
}

function retry(box: Box): void {
  box.callOffRetry = undefined
  const now = box.clock.now()
  for (const flight of box.flights.all()) {
    if (box.carrier === undefined) return
    if (now - flight.sentAt < box.retryMs) continue
    if (flight.phase === 'sent' && isExpired(flight.delivery.message, now)) {
      box.flights.end(flight.packetId)
      drop(box, flight.delivery, 'expired')
    } else {
      repeat(box, box.carrier, flight)
    }
  }
  scheduleRetry(box)
}

function acknowledge(box: Box, packetId: number, properties: object | undefined): void {
  const flight = box.flights.get(packetId)
  if (flight?.delivery.qos !== 1) return
  box.flights.end(packetId)
  box.report(messageAcked(handover(box, flight.delivery), properties))
  drain(box)
}

function receive(
  box: Box,
  packetId: number,
  reasonCode: number,
  properties: object | undefined,
): void {
  const flight = box.flights.get(packetId)
  if (flight === undefined) {
    box.carrier?.send(pubrel(packetId, REASON.packet_identifier_not_found))
    return
  }
  if (flight.delivery.qos !== 2) return
  if (flight.phase === 'sent') {
    box.report(messageAcked(handover(box, flight.delivery), properties))
  }
  // MQTT 5.0 §4.13.2: a receiver that says no ends the exchange, no PUBREL follows.
  if (reasonCode >= FAILURE_FROM) {
    box.flights.end(packetId)
    drain(box)
    return
  }
  box.flights.update({ ...flight, phase: 'released', sentAt: box.clock.now() })
  box.carrier?.send(pubrel(packetId, REASON.success))
}

function complete(box: Box, packetId: number): void {
  if (box.flights.get(packetId)?.phase !== 'released') return
  box.flights.end(packetId)
  drain(box)
}

function pubrel(packetId: number, reasonCode: number): Packet {
  return { cmd: 'pubrel', messageId: packetId, reasonCode }
}
