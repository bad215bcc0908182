import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createWriteGatherer } from '../../src/http/gather-writes.ts'

describe('a connection that gathers its writes', () => {
  it('sends the first piece of a turn at once and the others together at its end', async () => {
    const { near, far, sent } = await openConnection()

    for (const piece of ['a', 'b', 'c', 'd']) near.write(piece)
    expect(sent).toEqual(['a'])

    expect(await read(far, 4)).toBe('abcd')
    expect(sent).toEqual(['a', 'bcd'])
  })

  it('begins anew in each turn', async () => {
    const { near, far, sent } = await openConnection()

    near.write('a')
    await nextTurn()
    near.write('b')

    expect(sent).toEqual(['a', 'b'])
    expect(await read(far, 2)).toBe('ab')
  })

  it('keeps the order of what is corked and what is not', async () => {
    const { near, far } = await openConnection()

    near.write('a')
    near.write('b')
    near.cork()
    near.write('c')
    near.write('d')
    near.uncork()
    near.write('e')

    expect(await read(far, 5)).toBe('abcde')
  })

  it.each(['end', 'destroy'] as const)('sends all that was written before %s', async (close) => {
    const { near, far } = await openConnection()
    const text = readAll(far)

    for (const piece of ['a', 'b', 'c']) near.write(piece)
    near[close]()

    expect(await text).toBe('abc')
  })

  it('takes for sent only what the kernel has room for', async () => {
    const { near, far } = await openConnection()
    const piece = 'x'.repeat(1_048_576)
    let taken = 0
    const ask = () => near.write(piece, () => void taken++)

    for (let turn = 0; turn < 20; turn++) {
      ask()
      ask()
      await nextTurn()
    }

    expect(taken).toBeLessThan(20)
    expect(near.writableLength).toBeGreaterThan(20 * piece.length)
    near.end()
    expect(await readAll(far)).toHaveLength(40 * piece.length)
    expect(taken).toBe(40)
  })

  it('gives answers that are ready in one turn in the order of their questions', async () => {
    const gate = Promise.withResolvers<void>()
    let waiting = 0
    const server = createHttpServer(async (request, response) => {
      if (++waiting === 50) gate.resolve()
      await gate.promise
      response.end(`<${request.url}>`)
    })
    server.on('connection', createWriteGatherer())
    const far = await connectTo(server)

    for (let index = 0; index < 50; index++) {
      far.write(
        `GET /${index} HTTP/1.1\r\nhost: herald\r\n${index === 49 ? 'connection: close\r\n' : ''}\r\n`,
      )
    }

    const answered = (await readAll(far)).match(/<\/\d+>/g)
    expect(answered).toEqual(Array.from({ length: 50 }, (_, index) => `</${index}>`))
  })
})

/** A connection whose near end gathers, and what it has given to the kernel, write by write. */
async function openConnection() {
  const sent: string[] = []
  const server = createServer()
  const opened = once(server, 'connection')
  const far = await connectTo(server)
  const [near]: Socket[] = await opened
  if (near === undefined) throw new Error('no connection')
  onTestFinished(() => void near.destroy())
  recordWrites(near, sent)
  createWriteGatherer()(near)
  return { near, far, sent }
}

function recordWrites(socket: Socket, sent: string[]): void {
  const write = socket._write.bind(socket)
  const writev = socket._writev?.bind(socket)
  socket._write = (chunk, encoding, done) => {
    sent.push(`${chunk}`)
    write(chunk, encoding, done)
  }
  socket._writev = (pieces, done) => {
    sent.push(pieces.map(({ chunk }) => `${chunk}`).join(''))
    writev?.(pieces, done)
  }
}

async function connectTo(server: Server): Promise<Socket> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const { port } = address
  const socket = connect({ port, host: '127.0.0.1' })
  onTestFinished(() => {
    socket.destroy()
    server.close()
  })
  await once(socket, 'connect')
  return socket
}

async function read(socket: Socket, length: number): Promise<string> {
  let text = ''
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += `${chunk}`
    if (text.length >= length) break
  }
  return text
}

async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
}
