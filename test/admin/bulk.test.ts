import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BATCH_LINES } from '../../src/core/bulk/line-batches.ts'
import { type ApiWorld, openApiWorld } from '../support/api-world.ts'
import { sized } from '../support/size.ts'

let world: ApiWorld
let url: string

beforeAll(async () => {
  world = await openApiWorld()
  url = await world.listen()
})

afterAll(() => world.close())

const lines = (...objects: readonly object[]) =>
  objects.map((object) => `${JSON.stringify(object)}\n`).join('')

const users = (from: number, count: number, prefix = 'n') =>
  lines(
    ...Array.from({ length: count }, (_, at) => ({
      kind: 'user',
      uid: `${prefix}${String(from + at).padStart(7, '0')}`,
    })),
  )

async function refusalsOf(name: string): Promise<readonly string[]> {
  const { body } = await world.call(`GET /v1/imports/${name}/refusals`)
  return body.items.map(
    ({ line, code, field }: { line: number; code: string; field: string | null }) =>
      `${line} ${code} ${field}`,
  )
}

async function linesOf(name: string): Promise<unknown> {
  return (await world.call(`GET /v1/imports/${name}`)).body.lines
}

async function countUsers(prefix: string): Promise<number> {
  const { rows } = await world.pool.query<{ count: number }>(
    'select count(*)::int as count from users where starts_with(id, $1)',
    [prefix],
  )
  return rows[0]?.count ?? 0
}

describe('an import', () => {
  it('adds users, devices, groups, members and addresses in one go, whatever their order', async () => {
    const { body } = await world.call(
      'PUT /v1/imports/all',
      lines(
        { kind: 'address', channel: 'push', clientId: 'a-phone', provider: 'stub', token: 't-1' },
        { kind: 'address', channel: 'email', uid: 'a', provider: 'stub', token: 'a@example.com' },
        { kind: 'member', gid: 'g', uid: 'b', role: 'admin' },
        { kind: 'group', gid: 'g', owner: 'a', displayName: 'G', invitePolicy: 'admins' },
        { kind: 'device', clientId: 'a-phone', uid: 'a', app: 'chat', platform: 'ios' },
        { kind: 'user', uid: 'a', displayName: 'A', contactPolicy: 'contacts' },
        { kind: 'user', uid: 'b', disabled: true },
      ),
    )

    expect(body).toMatchObject({ state: 'done', lines: 7, added: 7, existing: 0, refused: 0 })
    expect(await world.directory.users.show('a')).toMatchObject({
      displayName: 'A',
      contactPolicy: 'contacts',
    })
    expect((await world.directory.users.show('b')).disabledAt).toBeInstanceOf(Date)
    const { items } = await world.directory.members.list('g')
    expect(items.map(({ uid, role }) => `${uid} ${role}`)).toEqual(['a owner', 'b admin'])
    expect((await world.directory.addresses.list('a')).items).toHaveLength(2)
    expect((await world.directory.devices.show('a-phone')).app).toBe('chat')
  })

  it('leaves what is there as it is', async () => {
    await world.directory.users.add({ uid: 'there', displayName: 'Before' })

    const { body } = await world.call(
      'PUT /v1/imports/again',
      lines({ kind: 'user', uid: 'there', displayName: 'After' }, { kind: 'user', uid: 'fresh' }),
    )

    expect(body).toMatchObject({ added: 1, existing: 1, refused: 0 })
    expect((await world.directory.users.show('there')).displayName).toBe('Before')
  })

  it('reports each line that it does not take, with its field and reason', async () => {
    await world.directory.users.add({ uid: 'gone' })
    await world.directory.users.remove('gone')
    await world.directory.users.add({ uid: 'host' })
    await world.directory.groups.add({ gid: 'club', owner: 'host' })
    await world.directory.users.add({ uid: 'rude' })
    await world.directory.bans.add('club', 'rude')
    await world.directory.devices.add({ clientId: 'hosts', uid: 'host' })
    const wrong = [
      '{"kind":"user"}',
      '{"kind":"user","uid":"a/b"}',
      `{"kind":"user","uid":"${'ü'.repeat(65)}"}`,
      '{"kind":"user","uid":"x1","age":7}',
      '{"kind":"user","uid":"x2","displayName":"\\ud800"}',
      '{"kind":"user","uid":"x3","passwordHash":"md5"}',
      '{"kind":"ship","uid":"x4"}',
      'not JSON',
      '[]',
      '{"kind":"user","uid":"gone"}',
      '{"kind":"device","clientId":"d","uid":"nobody"}',
      '{"kind":"device","clientId":"hosts","uid":"rude"}',
      '{"kind":"group","gid":"g2","owner":"nobody"}',
      '{"kind":"member","gid":"nothing","uid":"host"}',
      '{"kind":"member","gid":"club","uid":"rude"}',
      '{"kind":"address","channel":"email","uid":"host","provider":"stub","token":"no mailbox"}',
      '{"kind":"address","channel":"email","uid":"host","provider":"dove","token":"h@example.com"}',
      `{"kind":"user","uid":"${'x'.repeat(40_000)}"}`,
    ]

    const { body } = await world.call('PUT /v1/imports/wrong', wrong.join('\n'))

    expect(body).toMatchObject({ state: 'done', added: 0, refused: wrong.length })
    expect(await refusalsOf('wrong')).toEqual([
      '1 INVALID_REQUEST uid',
      '2 INVALID_REQUEST uid',
      '3 INVALID_IDENTIFIER uid',
      '4 INVALID_REQUEST age',
      '5 INVALID_TEXT displayName',
      '6 INVALID_REQUEST passwordHash',
      '7 INVALID_REQUEST kind',
      '8 INVALID_REQUEST null',
      '9 INVALID_REQUEST kind',
      '10 USER_DELETED uid',
      '11 USER_NOT_FOUND uid',
      '12 DEVICE_EXISTS clientId',
      '13 USER_NOT_FOUND owner',
      '14 GROUP_NOT_FOUND gid',
      '15 MEMBER_BANNED uid',
      '16 INVALID_ADDRESS token',
      '17 PROVIDER_NOT_FOUND provider',
      '18 INVALID_REQUEST null',
    ])
  })

  it('goes on where it was cut off, and is in the audit log once', async () => {
    const whole = users(0, 3 * BATCH_LINES + 10, 'cut')
    const cut = new Error('cut off')
    async function* half() {
      yield Buffer.from(whole.slice(0, whole.length / 2))
      // Lines that don't fill a batch are not taken before their end is known.
      await expect.poll(() => linesOf('cut')).toBe(BATCH_LINES)
      throw cut
    }
    const options = {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${world.keys.admin}`,
        'content-type': 'application/x-ndjson',
      },
      duplex: 'half',
    } as const
    await fetch(`${url}/v1/imports/cut`, {
      ...options,
      body: Readable.toWeb(Readable.from(half())),
    }).catch(() => {})
    const running = await world.call('GET /v1/imports/cut')

    const { body } = await world.call('PUT /v1/imports/cut', whole)
    const again = await world.call('PUT /v1/imports/cut', whole)

    expect(running.body).toMatchObject({ state: 'running', lines: BATCH_LINES, finishedAt: null })
    expect(body).toMatchObject({ state: 'done', lines: 3 * BATCH_LINES + 10 })
    expect(body.added).toBe(body.lines)
    expect(again.body).toEqual(body)
    expect(await countUsers('cut')).toBe(body.lines)
    const { rows } = await world.pool.query(
      `select action from audit_log where target = 'import/cut'`,
    )
    expect(rows).toEqual([{ action: 'import.finish' }])
  })

  it('refuses to go on with something else', async () => {
    await world.call('PUT /v1/imports/mine', users(0, BATCH_LINES + 5, 'mine'))

    const other = await world.call('PUT /v1/imports/mine', users(0, BATCH_LINES + 5, 'other'))
    const longer = await world.call('PUT /v1/imports/mine', users(0, BATCH_LINES + 6, 'mine'))
    const shorter = await world.call('PUT /v1/imports/mine', users(0, BATCH_LINES, 'mine'))

    for (const { status, body } of [other, longer, shorter]) {
      expect({ status, code: body.code }).toEqual({ status: 409, code: 'IMPORT_DIFFERS' })
    }
    expect(await countUsers('other')).toBe(0)
  })

  it('takes nothing but lines of JSON', async () => {
    const { status, body } = await world.call('PUT /v1/imports/json', { kind: 'user', uid: 'x' })

    expect({ status, code: body.code }).toEqual({ status: 400, code: 'INVALID_REQUEST' })
  })
})

describe('an export', () => {
  it('is what an import takes, of every kind', async () => {
    for (const kind of ['users', 'devices', 'groups', 'members', 'addresses']) {
      const { status, body } = await world.call(`GET /v1/exports/${kind}`)
      const again = await world.call(`PUT /v1/imports/from-${kind}`, body)

      expect(status).toBe(200)
      const count = String(body).trimEnd().split('\n').length
      expect(again.body, kind).toMatchObject({ lines: count, existing: count, refused: 0 })
    }
  })

  it('goes on after what one has', async () => {
    const whole: string = (await world.call('GET /v1/exports/members')).body
    const [first = ''] = whole.split('\n')
    const { gid, uid } = JSON.parse(first)

    const { body } = await world.call(`GET /v1/exports/members?after=${gid}%2F${uid}`)

    expect(`${first}\n${body ?? ''}`).toBe(whole)
  })

  it.each(['users?after=a%2Fb', 'addresses?after=x', 'members?after=x'])(
    'says that a place is none: %s',
    async (target) => {
      const { body } = await world.call(`GET /v1/exports/${target}`)

      expect(body).toMatchObject({ code: 'INVALID_PAGE', field: 'after' })
    },
  )
})

describe('a large import', () => {
  const COUNT = sized(40_000, 1_000_000)

  it(`takes ${COUNT.toLocaleString('en-US')} users in flat memory`, {
    timeout: 300_000,
  }, async () => {
    const grown: number[] = []
    async function* body() {
      for (let from = 0; from < COUNT; from += 10_000) {
        yield Buffer.from(users(from, 10_000, 'many'))
        globalThis.gc?.()
        grown.push(process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed)
      }
    }
    const response = await fetch(`${url}/v1/imports/many`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${world.keys.admin}`,
        'content-type': 'application/x-ndjson',
      },
      duplex: 'half',
      body: Readable.toWeb(Readable.from(body())),
    })

    expect(await response.json()).toMatchObject({ state: 'done', added: COUNT, refused: 0 })
    // What is under way is bounded, so the end holds no more than the beginning, garbage aside.
    const [early = 0] = grown.slice(1)
    expect(Math.max(...grown) - early).toBeLessThan(150_000_000)
  })
})
