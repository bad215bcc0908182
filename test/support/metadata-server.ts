import { createServer } from 'node:http'

export type MetadataServer = Awaited<ReturnType<typeof startMetadataServer>>

/** What tells Google's machines who they are, on loopback. */
export async function startMetadataServer(token: () => string) {
  let given = 0
  let refusing: number | undefined
  const server = createServer((request, response) => {
    const [, path = ''] = request.url?.split('/computeMetadata/v1/') ?? []
    response.setHeader('metadata-flavor', 'Google')
    if (refusing !== undefined || !path.startsWith('instance/service-accounts/default/token')) {
      response.writeHead(refusing ?? 404).end()
      return
    }
    given++
    const body = { access_token: token(), expires_in: 3_599, token_type: 'Bearer' }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    host: `127.0.0.1:${address.port}`,
    given: () => given,
    /** Answers with this status from now on. */
    refuse(status: number | undefined) {
      refusing = status
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
