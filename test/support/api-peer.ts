import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type RecordedCall, readRecordedCalls } from './recorded-calls.ts'

/** A call as it arrived. */
export interface ReceivedCall {
  readonly method: string
  /** As it stood in the request, with its query. */
  readonly path: string
  readonly body: unknown
  readonly authorization: string | undefined
}

export type ApiScript = (call: ReceivedCall, response: ServerResponse) => void

/** A management API on loopback that answers as a test tells it. */
export interface ApiPeer {
  readonly url: string
  readonly received: readonly ReceivedCall[]
  readonly connections: number
  close(): Promise<void>
}

export async function startApiPeer(script: ApiScript): Promise<ApiPeer> {
  const received: ReceivedCall[] = []
  let connections = 0
  const server = createServer(async (request, response) => {
    const call = await readCall(request)
    received.push(call)
    script(call, response)
  })
  server.on('connection', () => connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    get connections() {
      return connections
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function readCall(request: IncomingMessage): Promise<ReceivedCall> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    body: text === '' ? undefined : JSON.parse(text),
    authorization: request.headers.authorization,
  }
}

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** An API that answers what a real broker was recorded to answer to the same call, whatever its query. */
export async function startReplayedApi(recording: string, base: string): Promise<ApiPeer> {
  const calls = readRecordedCalls(recording).flatMap((line) => (line.kind === 'api' ? [line] : []))
  return await startApiPeer(({ method, path }, response) => {
    const found = calls.find((call) => isSame(call, method, path, base))
    if (found === undefined) response.writeHead(404).end('<html>404</html>')
    else if (found.resp === '') response.writeHead(found.status).end()
    else answerJson(response, found.status, found.resp)
  })
}

function isSame(call: RecordedCall, method: string, path: string, base: string): boolean {
  const [wanted = ''] = path.split('?')
  const [recorded = ''] = call.path.split('?')
  return call.method === method && `${base}${recorded}` === wanted
}
