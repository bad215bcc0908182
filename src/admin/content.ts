import type { FastifyInstance } from 'fastify'

/** JSON merge patches (RFC 7396) are JSON; a body that is empty is none, whatever its type says. */
export function takeJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  // Of others nothing is taken; text would be a body that is no object.
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'string' },
    (request, body, done) => {
      if (body === '') done(null, undefined)
      else parse(request, String(body), done)
    },
  )
}
