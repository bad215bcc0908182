import { hash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/core/admin/actor.ts'
import { type Action, etagOf, perform } from '../../../src/core/admin/perform.ts'
import { scopesOf } from '../../../src/core/admin/scopes.ts'
import type { DirectoryParts } from '../../../src/core/directory/directory-parts.ts'
import {
  type DirectoryWorld,
  openDirectoryWorld,
  refusalOf,
} from '../../support/directory-world.ts'

let world: DirectoryWorld
let parts: DirectoryParts

beforeAll(async () => {
  world = await openDirectoryWorld()
  parts = {
    unitOfWork: world.unitOfWork,
    hashPassword: async (password) => `hash of ${password}`,
    makeDeviceSecret: () => {
      const secret = `secret ${Math.random()}`
      return { secret, digest: hash('sha256', secret, 'base64url') }
    },
    tickets: undefined,
    looksLikeToken: () => false,
    providers: () => [],
    now: () => new Date(),
  }
})
beforeEach(async () => {
  await world.clear()
  await world.pool.query('delete from idempotency_keys')
  await world.addUsers('ann')
})
afterAll(() => world.close())

const anActor = (name: string): Actor => ({
  name,
  scopes: scopesOf('admin', undefined),
  secret: `secret of ${name}`,
})

/** Registers a phone, whose secret is in the answer. */
const anAction = (rest: Partial<Action> = {}): Action => ({
  actor: anActor('key/a'),
  requestId: 'req-1',
  action: 'device.create',
  target: 'device/phone',
  idempotency: undefined,
  ifMatch: undefined,
  snapshot: async ({ stores }) => stores.devices.find('phone'),
  run: async ({ directory }) => ({
    status: 201,
    body: await directory.devices.add({ clientId: 'phone', uid: 'ann' }),
    headers: {},
  }),
  ...rest,
})

const once = (key: string, text = 'a request') => ({ key, request: hash('sha256', text, 'buffer') })

/** As it comes out of a store: times are texts. */
const read = (value: object): object => JSON.parse(JSON.stringify(value))

const audited = async (target: string) =>
  (
    await world.pool.query(
      'select actor, action, before, after, request_id, at from audit_log where target = $1 order by id',
      [target],
    )
  ).rows

describe('a request that is sent again', () => {
  it('is answered again, secret and all, and not done again', async () => {
    const action = anAction({ idempotency: once('k') })

    const first = await perform(parts, action)
    const second = await perform(parts, action)
    const device = await world.directory.devices.show('phone')

    expect(first.isRepeated).toBeUndefined()
    expect(second).toEqual({ ...read(first), isRepeated: true })
    expect(JSON.stringify(second)).toContain('"secret":"secret 0.')
    expect(device.secretCount).toBe(1)
  })

  it('is done once where both come at once', async () => {
    let runs = 0
    const action = anAction({
      idempotency: once('k'),
      run: async (tools) => {
        runs++
        return anAction().run(tools)
      },
    })

    const answers = await Promise.all(Array.from({ length: 4 }, () => perform(parts, action)))

    expect(runs).toBe(1)
    expect(answers.filter(({ isRepeated }) => isRepeated)).toHaveLength(3)
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  })

  it('is refused where it is another one', async () => {
    await perform(parts, anAction({ idempotency: once('k') }))

    const other = perform(parts, anAction({ idempotency: once('k', 'another') }))

    expect(await refusalOf(other)).toBe('IDEMPOTENCY_KEY_REUSED Idempotency-Key')
  })

  it('is done where it was refused before', async () => {
    const action = anAction({ idempotency: once('k') })
    await world.directory.devices.add({ clientId: 'phone', uid: 'ann' })
    const refused = await refusalOf(perform(parts, action))
    await world.directory.devices.remove('phone')

    expect(refused).toBe('DEVICE_EXISTS clientId')
    expect((await perform(parts, action)).isRepeated).toBeUndefined()
  })

  it('is one of the caller’s own: nobody else reads the answer', async () => {
    await perform(parts, anAction({ idempotency: once('k') }))
    const another = anAction({ actor: anActor('key/b'), idempotency: once('k') })
    const pretender = anAction({
      actor: { ...anActor('key/a'), secret: 'guessed' },
      idempotency: once('k'),
    })
    const { rows } = await world.pool.query(
      `select encode(answer, 'escape') as answer from idempotency_keys`,
    )

    expect(await refusalOf(perform(parts, another))).toBe('DEVICE_EXISTS clientId')
    expect(await refusalOf(perform(parts, pretender))).toBe(
      'IDEMPOTENCY_KEY_REUSED Idempotency-Key',
    )
    expect(rows[0].answer).not.toContain('phone')
  })
})

describe('the audit log', () => {
  it('has who did what, with before and after, and no secret', async () => {
    const target = 'device/audited'
    const made = await perform(parts, anAction({ target }))
    await perform(
      parts,
      anAction({
        target,
        action: 'device.patch',
        requestId: 'req-2',
        run: async ({ directory }) => ({
          status: 200,
          body: await directory.devices.patch('phone', { app: 'chat' }),
          headers: {},
        }),
      }),
    )
    const [created, patched] = await audited(target)
    const { secret } = Object(made.body)

    expect(created).toMatchObject({
      actor: 'key/a',
      action: 'device.create',
      before: null,
      after: { clientId: 'phone', uid: 'ann' },
      request_id: 'req-1',
    })
    expect(patched).toMatchObject({
      action: 'device.patch',
      before: created.after,
      after: { ...created.after, app: 'chat' },
    })
    expect(secret).toMatch(/^secret /)
    expect(JSON.stringify([created, patched])).not.toContain(secret)
  })

  it('has nothing of what was refused', async () => {
    await refusalOf(
      perform(
        parts,
        anAction({
          target: 'device/refused',
          run: async ({ directory }) => {
            await directory.devices.add({ clientId: 'half', uid: 'ann' })
            await directory.devices.add({ clientId: 'half', uid: 'ann' })
            throw new Error('it was refused before')
          },
        }),
      ),
    )

    expect(await audited('device/refused')).toEqual([])
    expect(await refusalOf(world.directory.devices.show('half'))).toBe('DEVICE_NOT_FOUND clientId')
  })

  it.each(['update audit_log set actor = $1', 'delete from audit_log where actor <> $1'])(
    'refuses: %s',
    async (sql) => {
      await perform(parts, anAction())

      await expect(world.pool.query(sql, ['nobody'])).rejects.toThrow(/append-only/)
    },
  )

  it('refuses to be emptied', async () => {
    await expect(world.pool.query('truncate audit_log')).rejects.toThrow(/append-only/)
  })
})

describe('If-Match', () => {
  const patching = (ifMatch: string, clientId = 'phone') =>
    anAction({
      ifMatch,
      snapshot: async ({ stores }) => stores.devices.find(clientId),
      run: async () => ({ status: 200, body: undefined, headers: {} }),
    })

  it('lets through whoever has seen the present state, one of several, or asks for none', async () => {
    const { headers } = await perform(parts, anAction())
    const tag = headers.etag ?? ''

    expect(tag).toBe(etagOf(await world.directory.devices.show('phone')))
    for (const ifMatch of [tag, `"old", ${tag}`, `${tag},"old"`, '*']) {
      expect((await perform(parts, patching(ifMatch))).status).toBe(200)
    }
  })

  it('refuses all others, and everybody where there is nothing', async () => {
    await perform(parts, anAction())

    for (const [ifMatch, clientId] of [
      ['"old"', 'phone'],
      ['"old", "older"', 'phone'],
      ['', 'phone'],
      ['*', 'tablet'],
      ['"old"', 'tablet'],
    ] as const) {
      const refused = await refusalOf(perform(parts, patching(ifMatch, clientId)))
      expect(refused).toBe('PRECONDITION_FAILED If-Match')
    }
  })
})

describe('a password', () => {
  it('is checked and hashed before the transaction begins', async () => {
    const order: string[] = []
    const watched: DirectoryParts = {
      ...parts,
      hashPassword: async (password) => {
        order.push('hashed')
        return parts.hashPassword(password)
      },
      unitOfWork: {
        run: (work) => {
          order.push('begun')
          return parts.unitOfWork.run(work)
        },
      },
    }
    const setting = (password: string) =>
      anAction({
        password,
        run: async ({ directory }) => ({
          status: 200,
          body: await directory.users.setPassword('ann', password),
          headers: {},
        }),
      })

    await perform(watched, setting('correct horse'))
    const weak = await refusalOf(perform(watched, setting('short')))
    const { rows } = await world.pool.query('select hash from user_passwords')

    expect(order).toEqual(['hashed', 'begun'])
    expect(weak).toBe('INVALID_PASSWORD password')
    expect(rows).toEqual([{ hash: 'hash of correct horse' }])
  })
})
