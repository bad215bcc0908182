import type { Clock } from '../clock.ts'
import type { Parcel } from './event-buffer.ts'
import { Pipeline } from './pipeline.ts'
import type { SinkSettings } from './sink-settings.ts'

/** A status, or the end of the connection, or no answer while the event was of any use. */
export type PostResult = number | 'closed' | 'expired'

/** Carries events to their URL. */
export interface EventPost {
  /** The request for a body. */
  write(body: string): Buffer
  send(parcel: Parcel): Promise<PostResult>
  close(): void
}

/** A pool of connections, used by turns. */
export function createEventPost(settings: SinkSettings, clock: Clock): EventPost {
  const url = new URL(settings.url)
  const pipelines = Array.from(
    { length: settings.poolSize },
    () => new Pipeline({ url, depth: settings.pipelining }),
  )
  let turn = 0
  return {
    write: (body) => requestOf(body, url, settings.headers),
    async send({ request, expiresAt }) {
      const pipeline = pipelines[turn++ % pipelines.length]
      if (pipeline === undefined) return 'closed'
      const late = Promise.withResolvers<'expired'>()
      // An answer that comes later is read all the same, and counts for nobody.
      const callOff = clock.after(expiresAt - clock.now(), () => late.resolve('expired'))
      const result = await Promise.race([pipeline.post(request), late.promise])
      callOff()
      return result
    },
    close() {
      for (const pipeline of pipelines) pipeline.close()
    },
  }
}

/** The head that EMQX sends, in its order. */
function requestOf(
  body: string,
  { pathname, search, host }: URL,
  headers: SinkSettings['headers'],
): Buffer {
  const fields = Object.entries({ 'content-type': 'application/json', ...headers })
  const head = [
    `POST ${pathname}${search} HTTP/1.1`,
    `content-length: ${Buffer.byteLength(body)}`,
    `host: ${host}`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}
