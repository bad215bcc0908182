import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { LoginQuestion, LoginVerdict } from '../../src/core/access/login.ts'
import type { TopicQuestion, TopicVerdict } from '../../src/core/access/topic-question.ts'
import { type HookServerOptions, startHookServer } from '../support/hook-server.ts'

type Server = Awaited<ReturnType<typeof startHookServer>>
let server: Server

afterEach(() => server.close())

async function start(options: HookServerOptions): Promise<Server> {
  server = await startHookServer(options)
  return server
}

const CONNECT5 = { clientid: 'phone', username: 'ann', password: 'pw', peerhost: '192.0.2.7' }
const TOPIC5 = { clientid: 'phone', username: 'ann', action: 'publish', topic: 't', retain: 'true' }
const CONNECT4 = { clientid: 'phone', username: 'ann', password: 'pw', ipaddr: '192.0.2.7' }
const TOPIC4 = { access: '1', clientid: 'phone', username: 'ann', topic: 'user/+/x' }

describe('the EMQX 5 dialect', () => {
  it.each<[string, LoginVerdict, unknown]>([
    ['a yes', { kind: 'allow' }, { result: 'allow' }],
    [
      'a yes with a time and attributes',
      { kind: 'allow', expireAt: 1_795_460_781, clientAttrs: { role: 'a' } },
      { result: 'allow', expire_at: 1_795_460_781, client_attrs: { role: 'a' } },
    ],
    ['a no', { kind: 'deny', reason: 'wrong-password' }, { result: 'deny' }],
    ['a pass', { kind: 'ignore', reason: 'unknown-user' }, { result: 'ignore' }],
    ['a fault as a no', { kind: 'unavailable', reason: 'fault' }, { result: 'deny' }],
  ])('spells %s as 200 with JSON', async (_name, verdict, expected) => {
    await start({ access: { mayConnect: async () => verdict } })

    const response = await postJson('/emqx/5/connect', CONNECT5)

    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(await response.json()).toEqual(expected)
  })

  it('reads a login', async () => {
    const asked: LoginQuestion[] = []
    await start({ access: { mayConnect: async (question) => allowing(asked, question) } })

    await postJson('/emqx/5/connect', CONNECT5)

    expect(asked).toEqual([
      { clientId: 'phone', username: 'ann', credential: 'pw', address: '192.0.2.7' },
    ])
  })

  it('takes an address that the broker did not fill in for none', async () => {
    const asked: LoginQuestion[] = []
    await start({ access: { mayConnect: async (question) => allowing(asked, question) } })

    await postJson('/emqx/5/connect', { ...CONNECT5, peerhost: '${peerhost}' })

    expect(asked[0]?.address).toBe('')
  })

  it('reads a topic question', async () => {
    const asked: TopicQuestion[] = []
    await start({ access: { mayUseTopic: async (question) => allowing(asked, question) } })

    await postJson('/emqx/5/topic', TOPIC5)

    expect(asked).toEqual([
      { uid: 'ann', clientId: 'phone', action: 'publish', topic: 't', retain: true },
    ])
  })

  it.each([
    ['a number for a name', { ...TOPIC5, username: 1 }],
    ['a list for a name', { ...TOPIC5, username: ['ann'] }],
    ['null for a name', { ...TOPIC5, username: null }],
    ['a name missing', { clientid: 'phone', action: 'publish', topic: 't' }],
    ['an action that does not exist', { ...TOPIC5, action: 'all' }],
    ['a list of questions', [TOPIC5]],
  ])('refuses %s in the dialect', async (_name, body) => {
    await start({})

    const response = await postJson('/emqx/5/topic', body)

    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ result: 'deny' })
    expect(server.counted).toEqual(['emqx5 topic deny bad-request'])
  })

  it('refuses a body of another type, too long, or none', async () => {
    await start({})

    const bodies = [
      post('/emqx/5/topic', 'text/plain', JSON.stringify(TOPIC5)),
      post(
        '/emqx/5/topic',
        'application/json',
        JSON.stringify({ ...TOPIC5, topic: 'x'.repeat(2_500_000) }),
      ),
      post('/emqx/5/topic', 'application/json', ''),
    ]

    for (const response of await Promise.all(bodies)) {
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({ result: 'deny' })
    }
  })

  it.each([
    ['cut off', '{"clientid":'],
    ['no UTF-8', Buffer.from([0xff])],
    ['given twice', '{"clientid":"a","clientid":"b"}'],
  ])('answers the questions behind one that is %s', async (_name, body) => {
    await start({})
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.write(Buffer.concat([rawRequest(body), rawRequest(JSON.stringify(TOPIC5))]))

    const answers = await readUntil(socket, (text) => (text.match(/"result"/g) ?? []).length === 2)

    expect([...answers.matchAll(/"result":"(\w+)"/g)].map(([, result]) => result)).toEqual([
      'deny',
      'allow',
    ])
    socket.destroy()
  })

  it('reads names of control characters, which JSON writes as six bytes each', async () => {
    const asked: LoginQuestion[] = []
    await start({ access: { mayConnect: async (question) => allowing(asked, question) } })
    const longest = '\u0001'.repeat(65_535)

    await postJson('/emqx/5/connect', { clientid: longest, username: longest, password: longest })

    expect(asked).toHaveLength(1)
  })

  it('refuses, and logs without the credential, when a decision breaks', async () => {
    await start({ access: { mayConnect: () => Promise.reject(new Error('broken')) } })

    const response = await postJson('/emqx/5/connect', { ...CONNECT5, password: 's3cret' })

    expect(await response.json()).toEqual({ result: 'deny' })
    expect(server.counted).toEqual(['emqx5 connect unavailable fault'])
    expect(server.logged.join()).toContain('broken')
    expect(server.logged.join()).not.toContain('s3cret')
  })
})

describe('the EMQX 4 dialect', () => {
  it.each<[string, LoginVerdict, number, string]>([
    ['a yes', { kind: 'allow' }, 200, ''],
    ['a wrong password', { kind: 'deny', reason: 'wrong-password' }, 401, ''],
    ['an unknown user like a wrong password', { kind: 'deny', reason: 'unknown-user' }, 401, ''],
    ["another user's device", { kind: 'deny', reason: 'foreign-device' }, 403, ''],
    ['a pass', { kind: 'ignore', reason: 'unknown-user' }, 200, 'ignore'],
    ['a fault as "try later"', { kind: 'unavailable', reason: 'fault' }, 503, ''],
  ])('spells %s by its status', async (_name, verdict, status, body) => {
    await start({ access: { mayConnect: async () => verdict } })

    const response = await postForm('/emqx/4/connect', CONNECT4)

    expect(response.status).toBe(status)
    expect(await response.text()).toBe(body)
  })

  it.each([
    ['a form', () => postForm('/emqx/4/topic', TOPIC4)],
    ['JSON', () => postJson('/emqx/4/topic', TOPIC4)],
    ['a query', () => fetch(`${server.url}/emqx/4/topic?${new URLSearchParams(TOPIC4)}`)],
  ])('reads %s', async (_name, ask) => {
    const asked: TopicQuestion[] = []
    await start({ access: { mayUseTopic: async (question) => allowing(asked, question) } })

    const response = await ask()

    expect(response.status).toBe(200)
    expect(asked).toEqual([
      { uid: 'ann', clientId: 'phone', action: 'subscribe', topic: 'user/+/x', retain: undefined },
    ])
  })

  it('takes what the broker fills in for a missing value as missing', async () => {
    const asked: LoginQuestion[] = []
    await start({ access: { mayConnect: async (question) => allowing(asked, question) } })

    await postForm('/emqx/4/connect', {
      clientid: 'x',
      username: 'undefined',
      password: 'null',
      ipaddr: '',
    })

    expect(asked).toEqual([{ clientId: 'x', username: '', credential: '', address: '' }])
  })

  it('makes nobody a superuser', async () => {
    await start({})

    const answers = [
      await postForm('/emqx/4/superuser', { clientid: 'phone', username: 'ann' }),
      await fetch(`${server.url}/emqx/4/superuser?clientid=phone&username=ann`),
    ]

    expect(answers.map(({ status }) => status)).toEqual([403, 403])
  })

  it('says "try later" when a decision breaks, and no to what is no question', async () => {
    await start({ access: { mayUseTopic: () => Promise.reject(new Error('broken')) } })

    expect((await postForm('/emqx/4/topic', TOPIC4)).status).toBe(503)
    expect((await postForm('/emqx/4/topic', { ...TOPIC4, access: '3' })).status).toBe(403)
    expect(
      (await post('/emqx/4/topic', 'application/x-www-form-urlencoded', 'access=1&access=2'))
        .status,
    ).toBe(403)
    expect((await fetch(`${server.url}/emqx/4/topic?access=1`)).status).toBe(403)
  })
})

describe('the deadline', () => {
  const never = () => new Promise<TopicVerdict>(() => {})

  it('answers what is not decided in time with a refusal', async () => {
    await start({ access: { mayUseTopic: never }, deadlineMs: 50 })

    const five = await postJson('/emqx/5/topic', TOPIC5)
    const four = await postForm('/emqx/4/topic', TOPIC4)

    expect(await five.json()).toEqual({ result: 'deny' })
    expect(four.status).toBe(503)
    expect(server.counted).toContain('emqx5 topic unavailable deadline')
  })

  it('has one line in the log for all decisions that break after it', async () => {
    const broken = Promise.withResolvers<never>()
    await start({ access: { mayUseTopic: () => broken.promise }, deadlineMs: 50 })
    await Promise.all([1, 2, 3].map(() => postJson('/emqx/5/topic', TOPIC5)))

    broken.reject(new Error('too late'))
    await postJson('/emqx/5/connect', CONNECT5)

    expect(server.logged.filter((line) => line.includes('too late'))).toHaveLength(1)
  })

  it('answers each question of a pipeline in order, though the first one hangs', async () => {
    await start({
      access: {
        mayUseTopic: async (question) =>
          question.topic === 'hangs' ? await never() : { kind: 'allow' },
      },
      deadlineMs: 50,
    })
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.write(rawQuestion({ ...TOPIC5, topic: 'hangs' }) + rawQuestion(TOPIC5))

    const answers = await readUntil(socket, (text) => (text.match(/"result"/g) ?? []).length === 2)

    expect([...answers.matchAll(/"result":"(\w+)"/g)].map(([, result]) => result)).toEqual([
      'deny',
      'allow',
    ])
    socket.destroy()
  })

  it('closes the socket of a question whose body does not arrive', async () => {
    await start({ deadlineMs: 50 })
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.write(rawQuestion(TOPIC5).slice(0, -10))

    await once(socket, 'close')
  })
})

describe('proof of the broker', () => {
  const proof = { secrets: ['old-secret-of-the-broker', 'new-secret-of-the-broker'] }

  it.each([
    ['the first of two secrets', 'old-secret-of-the-broker', 'allow'],
    ['the second of two secrets', 'new-secret-of-the-broker', 'allow'],
    ['a wrong secret', 'new-secret-of-the-brokeR', 'deny'],
    ['an empty secret', '', 'deny'],
  ])('takes %s for %s: %s', async (_name, secret, expected) => {
    await start({ proof })

    const response = await postJson('/emqx/5/connect', CONNECT5, { 'x-herald-secret': secret })

    expect(await response.json()).toEqual({ result: expected })
  })

  it('refuses without the header, in each dialect, and never logs a secret', async () => {
    await start({ proof })

    expect(await (await postJson('/emqx/5/connect', CONNECT5)).json()).toEqual({ result: 'deny' })
    expect((await postForm('/emqx/4/connect', CONNECT4)).status).toBe(403)
    await postJson('/emqx/5/connect', CONNECT5, { 'x-herald-secret': 'wrong-secret-of-the-broker' })
    expect(server.logged.join()).not.toContain('secret-of-the-broker')
  })

  it.each([
    [['127.0.0.0/8'], 'allow'],
    [['127.0.0.1'], 'allow'],
    [['192.0.2.0/24', '2001:db8::/32'], 'deny'],
  ])('asked from loopback with %j allowed: %s', async (allow, expected) => {
    await start({ proof: { allow } })

    expect(await (await postJson('/emqx/5/connect', CONNECT5)).json()).toEqual({ result: expected })
  })
})

function allowing<Question>(asked: Question[], question: Question): { kind: 'allow' } {
  asked.push(question)
  return { kind: 'allow' }
}

function post(path: string, contentType: string, body: string, headers = {}): Promise<Response> {
  return fetch(server.url + path, {
    method: 'POST',
    headers: { ...headers, 'content-type': contentType },
    body,
  })
}

function postJson(path: string, body: unknown, headers = {}): Promise<Response> {
  return post(path, 'application/json', JSON.stringify(body), headers)
}

function postForm(path: string, fields: Record<string, string>): Promise<Response> {
  return post(path, 'application/x-www-form-urlencoded', new URLSearchParams(fields).toString())
}

function rawQuestion(body: unknown): string {
  return rawRequest(JSON.stringify(body)).toString()
}

function rawRequest(body: string | Buffer): Buffer {
  const head = [
    'POST /emqx/5/topic HTTP/1.1',
    'host: herald',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), Buffer.from(body)])
}

async function readUntil(
  socket: NodeJS.ReadableStream,
  isDone: (text: string) => boolean,
): Promise<string> {
  let text = ''
  for await (const chunk of socket) {
    text += chunk
    if (isDone(text)) return text
  }
  throw new Error(`the socket closed after ${JSON.stringify(text)}`)
}
