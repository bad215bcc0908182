import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, openApiWorld } from '../support/api-world.ts'

let world: ApiWorld

beforeAll(async () => {
  world = await openApiWorld()
})

afterAll(() => world.close())

describe('users', () => {
  it('are made, read, changed and deleted', async () => {
    const made = await world.call('POST /v1/users', { uid: 'ann', displayName: 'Ann' })
    const read = await world.call('GET /v1/users/ann')
    const patched = await world.call('PATCH /v1/users/ann', {
      displayName: null,
      contactPolicy: 'contacts',
      disabled: true,
    })
    const enabled = await world.call('PATCH /v1/users/ann', { disabled: false })
    const deleted = await world.call('DELETE /v1/users/ann')

    expect(made.status).toBe(201)
    expect(read.body).toEqual(made.body)
    expect(read.body).toMatchObject({ uid: 'ann', displayName: 'Ann', disabledAt: null })
    expect(patched.body).toMatchObject({ displayName: null, contactPolicy: 'contacts' })
    expect(patched.body.disabledAt).not.toBeNull()
    expect(enabled.body).toMatchObject({ contactPolicy: 'contacts', disabledAt: null })
    expect(deleted.status).toBe(204)
    expect((await world.call('GET /v1/users/ann')).body.code).toBe('USER_NOT_FOUND')
  })

  it('are listed page by page, in order, while others are made', async () => {
    for (const uid of ['p1', 'p3', 'p5']) await world.call('POST /v1/users', { uid })
    const first = await world.call('GET /v1/users?limit=2')
    await world.call('POST /v1/users', { uid: 'p2' })
    const second = await world.call(`GET /v1/users?limit=2&after=${first.body.next}`)

    expect(first.body.items.map(({ uid }: { uid: string }) => uid)).toEqual(['p1', 'p3'])
    expect(second.body).toMatchObject({ items: [{ uid: 'p5' }], next: null })
  })

  it('say which field is wrong, all of them at once', async () => {
    const { status, body } = await world.call('POST /v1/users', {
      uid: 'a/b',
      contactPolicy: 'nobody',
      age: 7,
    })

    expect(status).toBe(400)
    expect(body).toMatchObject({ code: 'INVALID_REQUEST' })
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/age',
      '/contactPolicy',
      '/uid',
    ])
  })
})
