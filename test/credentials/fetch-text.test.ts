import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fetchText } from '../../src/credentials/fetch-text.ts'
import { startKeySetServer } from '../support/key-set-server.ts'

const LIMITS = { timeoutMs: 5000, bytesMax: 1000 }

let server: Awaited<ReturnType<typeof startKeySetServer>>

beforeEach(async () => {
  server = await startKeySetServer()
})

afterEach(async () => {
  await server.close()
})

describe('fetchText', () => {
  it('fetches a text', async () => {
    server.answer((_request, response) => void response.end('a text'))

    expect(await fetchText(server.url, LIMITS)).toBe('a text')
  })

  it('does not take another status for an answer', async () => {
    server.answer((_request, response) => void response.writeHead(404).end('a text'))

    await expect(fetchText(server.url, LIMITS)).rejects.toThrow('the answer was 404')
  })

  it('gives up on an answer that is too long', async () => {
    server.answer((_request, response) => void response.end('x'.repeat(1001)))

    await expect(fetchText(server.url, LIMITS)).rejects.toThrow('longer than 1000 bytes')
  })

  it('gives up on a server that says nothing', async () => {
    server.answer(() => {})

    await expect(fetchText(server.url, { ...LIMITS, timeoutMs: 50 })).rejects.toThrow('timeout')
  })

  it('gives up on a server that goes on and on', async () => {
    let drip: NodeJS.Timeout | undefined
    server.answer((_request, response) => {
      drip = setInterval(() => response.write('x'), 5)
    })

    await expect(fetchText(server.url, { ...LIMITS, timeoutMs: 50 })).rejects.toThrow('timeout')
    clearInterval(drip)
  })
})
