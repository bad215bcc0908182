import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, openApiWorld } from '../support/api-world.ts'

let world: ApiWorld

beforeAll(async () => {
  world = await openApiWorld()
  for (const uid of ['ann', 'bob', 'cleo', 'dora']) await world.directory.users.add({ uid })
})

afterAll(() => world.close())

async function contactsOf(uid: string): Promise<readonly string[]> {
  const { body } = await world.call(`GET /v1/users/${uid}/contacts`)
  return body.items.map(({ contactUid }: { contactUid: string }) => contactUid)
}

describe('contacts', () => {
  it('are made and unmade both ways', async () => {
    const made = await world.call('PUT /v1/users/ann/contacts/bob')
    const again = await world.call('PUT /v1/users/ann/contacts/bob')

    expect(made.body).toMatchObject({ uid: 'ann', contactUid: 'bob' })
    expect(again.body).toEqual(made.body)
    expect([await contactsOf('ann'), await contactsOf('bob')]).toEqual([['bob'], ['ann']])
    expect((await world.call('DELETE /v1/users/bob/contacts/ann')).status).toBe(204)
    expect([await contactsOf('ann'), await contactsOf('bob')]).toEqual([[], []])
  })

  it('are made and unmade one way', async () => {
    await world.call('PUT /v1/users/cleo/contacts/dora?direction=one-way')

    expect([await contactsOf('cleo'), await contactsOf('dora')]).toEqual([['dora'], []])
    const other = await world.call('DELETE /v1/users/dora/contacts/cleo?direction=one-way')
    expect(other.body.code).toBe('CONTACT_NOT_FOUND')
    await world.call('DELETE /v1/users/cleo/contacts/dora?direction=one-way')
    expect(await contactsOf('cleo')).toEqual([])
  })

  it.each([
    ['PUT /v1/users/ann/contacts/ann', 400, 'CONTACT_WITH_SELF'],
    ['PUT /v1/users/ann/contacts/nobody', 404, 'USER_NOT_FOUND'],
    ['PUT /v1/users/ann/contacts/bob?direction=back', 400, 'INVALID_REQUEST'],
    ['GET /v1/users/nobody/contacts', 404, 'USER_NOT_FOUND'],
  ])('are refused: %s', async (target, status, code) => {
    expect(await world.call(target)).toMatchObject({ status, body: { code } })
  })
})

describe('blocks', () => {
  it('are made, listed and ended', async () => {
    const made = await world.call('PUT /v1/users/ann/blocks/bob')
    const listed = await world.call('GET /v1/users/ann/blocks')
    const removed = await world.call('DELETE /v1/users/ann/blocks/bob')

    expect(made.body).toMatchObject({ uid: 'ann', blockedUid: 'bob' })
    expect(listed.body).toEqual({ items: [made.body], next: null })
    expect(removed.status).toBe(204)
    expect((await world.call('DELETE /v1/users/ann/blocks/bob')).body.code).toBe('BLOCK_NOT_FOUND')
    expect((await world.call('PUT /v1/users/ann/blocks/ann')).body.code).toBe('BLOCK_WITH_SELF')
  })
})
