import { createDeviceClient, createKeyClient } from '../../client/client.ts'

/** Not run: compiled, by `schema.test.ts`, against the types of the client. */
export async function callHerald(baseUrl: string): Promise<string | undefined> {
  const phone = createDeviceClient(baseUrl, { clientId: 'ann-phone', secret: 'hds_…' })
  const { data: me, error } = await phone.GET('/v1/me')
  if (error) return error.code
  const name: string | null = me.displayName

  const { data: groups } = await phone.GET('/v1/me/groups', { params: { query: { limit: 10 } } })
  const gids: string[] | undefined = groups?.items.map(({ gid }) => gid)
  await phone.POST('/v1/me/read-marks', {
    body: { conversation: 'user/bob', upTo: { message: '17' } },
  })
  await phone.DELETE('/v1/me/groups/{gid}', { params: { path: { gid: 'hikers' } } })

  // @ts-expect-error There is no such path.
  await phone.GET('/v1/moi')
  // @ts-expect-error Its body is not optional.
  await phone.POST('/v1/me/receipts', {})
  // @ts-expect-error No such kind.
  await phone.POST('/v1/me/receipts', { body: { ref: 'x', kind: 'eaten' } })

  const server = createKeyClient(baseUrl, 'hk_…')
  const { data: user } = await server.POST('/v1/users', { body: { uid: 'ann' } })
  return name ?? gids?.[0] ?? user?.createdAt
}
