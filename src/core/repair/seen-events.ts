import type { BrokerGeneration, ConnectedEvent, DisconnectedEvent } from '../events/broker-event.ts'
import type { BrokerClient } from '../ports/broker-control.ts'
import type { UnlistedDevice } from '../ports/repair-ports.ts'
import { UNSEEN } from '../presence/disconnect-reason.ts'

/** The connect that the broker would have reported; undefined where it says too little. */
export function connectSeen(
  client: BrokerClient,
  generation: BrokerGeneration,
): ConnectedEvent | undefined {
  const { clientId, username, node, peername, connectedAt, isCleanStart, expirySeconds } = client
  if (peername === undefined || connectedAt === undefined) return undefined
  return {
    kind: 'connected',
    generation,
    clientId,
    username,
    node,
    peername,
    connectedAt,
    cleanStart: isCleanStart,
    expirySeconds,
    keepaliveSeconds: 0,
  }
}

/** The ends of all connections that a device is not seen on. */
export function endsUnseen(
  { clientId, uid, connections }: UnlistedDevice,
  generation: BrokerGeneration,
  nowMs: number,
): readonly DisconnectedEvent[] {
  return connections.flatMap(({ node, peername, connectedAt }) => {
    if (connectedAt === undefined) return []
    return {
      kind: 'disconnected',
      generation,
      clientId,
      username: uid,
      node,
      peername,
      connectedAt,
      disconnectedAt: Math.max(nowMs, connectedAt),
      reason: UNSEEN,
    }
  })
}
