import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** How long a connection stays after its last answer while Herald drains: the next question is told to go elsewhere. */
const IDLE_MS = 200

/**
 * Lets `close` wait for questions, not for connections that have none. Node closes those that are idle,
 * but it keeps one with a question under way for a minute after the answer, and counts one that has
 * asked nothing yet as busy: a broker's connections would hold up the stop until they are cut.
 */
export function closeQuickly(app: FastifyInstance): void {
  const sockets = new Set<Socket>()
  app.server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  app.addHook('preClose', async () => {
    app.server.keepAliveTimeout = IDLE_MS
    app.server.keepAliveTimeoutBuffer = 0
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
  })
}
