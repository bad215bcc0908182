import { connect } from 'node:net'
import { textOf } from './document.ts'

/** As EMQX's health check does: whether somebody takes a connection there. */
export function statusOf(url: unknown): Promise<'connected' | 'disconnected'> {
  if (!URL.canParse(textOf(url))) return Promise.resolve('disconnected')
  const { hostname, port } = new URL(textOf(url))
  return new Promise((resolve) => {
    const socket = connect(Number(port || 80), hostname)
    socket.once('connect', () => {
      socket.destroy()
      resolve('connected')
    })
    socket.once('error', () => resolve('disconnected'))
  })
}
