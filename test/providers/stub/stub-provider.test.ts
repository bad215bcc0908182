import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { createStubProvider } from '../../../src/providers/stub/stub-provider.ts'
import { openStubSink, type StubSink } from '../../../src/providers/stub/stub-sink.ts'
import { aMessage } from '../../support/a-message.ts'

function stub(sink?: StubSink, rememberedMax = 3) {
  return createStubProvider({
    name: 'stub',
    render: ({ body = '' }) => ({ title: 'Ann', body, html: undefined }),
    sink,
    rememberedMax,
    now: () => 1_000,
  })
}

const patience = new AbortController().signal

describe('the stub', () => {
  it('accepts, and remembers the last few', async () => {
    const provider = stub()

    for (let n = 1; n <= 10; n++) await provider.send(aMessage({ token: `t${n}` }), patience)

    expect(provider.remembered().map(({ address }) => address.token)).toEqual(['t8', 't9', 't10'])
    expect(provider.remembered()[0]).toMatchObject({
      at: 1_000,
      text: { title: 'Ann', body: 'hi' },
    })
  })

  it('remembers nothing where it is to', async () => {
    const provider = stub(undefined, 0)

    await provider.send(aMessage({ token: 't' }), patience)

    expect(provider.remembered()).toEqual([])
  })

  it.each([
    ['gone-1', { kind: 'address-gone', reason: 'Unregistered' }],
    ['busy-30x-phone', { kind: 'unavailable', reason: 'TooManyRequests' }],
    ['gone-phone', { kind: 'address-gone', reason: 'Unregistered' }],
    [
      'gone-since-1764000000000-phone',
      { kind: 'address-gone', reason: 'Unregistered', goneSince: 1764000000000 },
    ],
    ['reject-phone', { kind: 'rejected', reason: 'BadMessage' }],
    ['busy-phone', { kind: 'unavailable', reason: 'TooManyRequests' }],
    ['busy-30-phone', { kind: 'unavailable', reason: 'TooManyRequests', retryAfterMs: 30_000 }],
    ['misconfigured-phone', { kind: 'misconfigured', reason: 'InvalidProviderToken' }],
  ])('plays what the token %s asks for', async (token, outcome) => {
    const provider = stub()

    expect(await provider.send(aMessage({ token: token }), patience)).toEqual(outcome)
    expect(provider.remembered()).toEqual([])
  })

  it('breaks and hangs where it is told to', async () => {
    const provider = stub()
    const impatience = new AbortController()

    await expect(provider.send(aMessage({ token: 'broken-x' }), patience)).rejects.toThrow(
      'told to break',
    )
    const hanging = provider.send(aMessage({ token: 'hang-x' }), impatience.signal)
    impatience.abort()

    expect(await hanging).toEqual({ kind: 'unavailable', reason: 'given up' })
  })
})

describe('a sink', () => {
  it('appends a line of JSON for each notification to a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'herald-stub-'))
    const path = join(folder, 'sent.jsonl')
    const providers = [stub(await openStubSink(path)), stub(await openStubSink(path))]

    await Promise.all(
      providers.map((provider) => provider.send(aMessage({ token: 't' }), patience)),
    )
    await Promise.all(providers.map((provider) => provider.close()))

    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { address: { token: 't' }, text: { title: 'Ann' } },
      { address: { token: 't' } },
    ])
    await rm(folder, { recursive: true })
  })

  it('posts each notification to a URL, and accepts only what was taken there', async () => {
    const bodies: unknown[] = []
    const server = createServer(async (request, response) => {
      bodies.push(JSON.parse(await text(request)))
      response.writeHead(bodies.length === 1 ? 204 : 500).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = addressOf(server.address())
    const provider = stub(await openStubSink(`http://127.0.0.1:${port}/`))

    expect(await provider.send(aMessage({ token: 't' }), patience)).toMatchObject({
      kind: 'accepted',
    })
    await expect(provider.send(aMessage({ token: 't' }), patience)).rejects.toThrow('answered 500')

    expect(bodies).toHaveLength(2)
    expect(provider.remembered()).toHaveLength(1)
    await provider.close()
    await new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
  })
})

function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address
}
