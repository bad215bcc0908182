import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A question as it arrived. */
export interface RecordedQuestion {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Header names in the order they were sent. */
  readonly headerNames: readonly string[]
  /** The body to the letter. */
  readonly body: string
  readonly fields: Readonly<Record<string, string>>
}

/** What the recorder answers; `hang` never does, `destroy` closes the connection instead. */
export type Reply =
  | {
      readonly status: number
      /** Text as it is, anything else as JSON; null is no body. */
      readonly body: unknown
      /** Instead of `application/json`; null is none. */
      readonly contentType?: string | null
      readonly headers?: Readonly<Record<string, string>>
    }
  | 'hang'
  | 'destroy'

export const ALLOW: Reply = { status: 200, body: { result: 'allow' } }
export const DENY: Reply = { status: 200, body: { result: 'deny' } }

/** A hook that writes down what it is asked, and answers as a test tells it. */
export interface QuestionRecorder {
  readonly url: string
  readonly questions: readonly RecordedQuestion[]
  /** How many connections there were. */
  readonly connections: number
  /** Resolves with the next question that arrives. */
  next(): Promise<RecordedQuestion>
  close(): Promise<void>
}

export type Answer = (question: RecordedQuestion) => Reply | Promise<Reply>

export async function startQuestionRecorder(answer: Answer, port = 0): Promise<QuestionRecorder> {
  const questions: RecordedQuestion[] = []
  const waiting: ((question: RecordedQuestion) => void)[] = []
  const sockets = new Set<Socket>()
  let connections = 0

  const server = createServer(async (request, response) => {
    const question = await readQuestion(request)
    questions.push(question)
    for (const resolve of waiting.splice(0)) resolve(question)
    send(response, await answer(question))
  })
  server.on('connection', (socket) => {
    connections++
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')

  return {
    url: `http://127.0.0.1:${address.port}`,
    questions,
    get connections() {
      return connections
    },
    next: () => new Promise((resolve) => waiting.push(resolve)),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

async function readQuestion(request: IncomingMessage): Promise<RecordedQuestion> {
  request.setEncoding('utf8')
  let body = ''
  for await (const chunk of request) body += chunk
  const { method = '', url = '', rawHeaders } = request
  const headerNames = rawHeaders.filter((_, index) => index % 2 === 0)
  const values = rawHeaders.filter((_, index) => index % 2 === 1)
  const headers = Object.fromEntries(headerNames.map((name, index) => [name, values[index]]))
  return { method, path: url, headers, headerNames, body, fields: JSON.parse(body) }
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === 'hang') return
  if (reply === 'destroy') {
    response.socket?.destroy()
    return
  }
  const { status, body, contentType = 'application/json', headers = {} } = reply
  const type = contentType === null ? {} : { 'content-type': contentType }
  response.writeHead(status, { ...type, ...headers })
  if (body === null) response.end()
  else response.end(typeof body === 'string' ? body : JSON.stringify(body))
}
