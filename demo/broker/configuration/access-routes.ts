import type { Hub } from '../hub.ts'
import { type Answer, type Call, NO_CONTENT, ok, type Route, refusal } from '../management/route.ts'
import { type Document, documentOf } from './document.ts'
import { statusOf } from './status-of.ts'

/** Who decides about logins and topics. */
export function accessRoutes({ configuration }: Hub): readonly Route[] {
  const authentication = chainOf({
    path: '/authentication',
    read: () => configuration.documents.authentication,
    write: (chain) => configuration.change({ authentication: chain }),
    name: ({ mechanism, backend }) => `${mechanism}:${backend}`,
  })
  const sources = chainOf({
    path: '/authorization/sources',
    read: () => configuration.documents.sources,
    write: (chain) => configuration.change({ sources: chain }),
    name: ({ type }) => String(type),
  })
  return [
    { method: 'GET', path: '/authentication', answer: () => ok(authentication.all()) },
    { method: 'POST', path: '/authentication', answer: (call) => authentication.add(call, 'end') },
    { method: 'PUT', path: '/authentication/:id', answer: authentication.replace },
    { method: 'DELETE', path: '/authentication/:id', answer: authentication.remove },
    {
      method: 'PUT',
      path: '/authentication/:id/position/:position',
      answer: (call) => authentication.move(call, call.param('position')),
    },
    { method: 'GET', path: '/authentication/:id/status', answer: authentication.status },
    { method: 'GET', path: '/authorization/sources/:id/status', answer: sources.status },
    { method: 'GET', path: '/authorization/sources', answer: () => ok({ sources: sources.all() }) },
    {
      method: 'POST',
      path: '/authorization/sources',
      answer: (call) => withoutBody(sources.add(call, 'front')),
    },
    {
      method: 'PUT',
      path: '/authorization/sources/:id',
      answer: (call) => withoutBody(sources.replace(call)),
    },
    { method: 'DELETE', path: '/authorization/sources/:id', answer: sources.remove },
    {
      method: 'POST',
      path: '/authorization/sources/:id/move',
      answer: (call) => sources.move(call, documentOf(call.body).position),
    },
    {
      method: 'GET',
      path: '/authorization/settings',
      answer: () => ok(configuration.documents.authorization),
    },
    {
      method: 'PUT',
      path: '/authorization/settings',
      answer({ body }) {
        configuration.change({ authorization: documentOf(body) })
        return ok(configuration.documents.authorization)
      },
    },
  ]
}

interface ChainParts {
  readonly path: string
  readonly read: () => readonly Document[]
  readonly write: (chain: readonly Document[]) => void
  /** There is one of each name at most. */
  readonly name: (document: Document) => string
}

/** A list whose order counts. */
function chainOf({ path, read, write, name }: ChainParts) {
  const at = (id: string) => read().findIndex((one) => name(one) === id)
  const known =
    (answer: (index: number) => Answer) =>
    ({ param }: Call): Answer => {
      const index = at(param('id'))
      return index < 0
        ? refusal(404, 'NOT_FOUND', `${path}/${param('id')} not found`)
        : answer(index)
    }
  return {
    all: () => read().map((one) => ({ id: name(one), ...one })),
    add({ body }: Call, where: 'front' | 'end'): Answer {
      const added = documentOf(body)
      if (at(name(added)) >= 0) return refusal(409, 'ALREADY_EXISTS', `${name(added)} is there`)
      write(where === 'end' ? [...read(), added] : [added, ...read()])
      return ok({ id: name(added), ...added })
    },
    replace(call: Call): Answer {
      const next = documentOf(call.body)
      return known((index) => {
        write(read().with(index, next))
        return ok({ id: name(next), ...next })
      })(call)
    },
    async status(call: Call): Promise<Answer> {
      const document = read()[at(call.param('id'))]
      if (document === undefined) return refusal(404, 'NOT_FOUND', `${call.param('id')} not found`)
      const status = document.url === undefined ? 'connected' : await statusOf(document.url)
      return ok({ status })
    },
    remove: known((index) => {
      write(read().toSpliced(index, 1))
      return NO_CONTENT
    }),
    /** To the front, or to the rear. */
    move: (call: Call, position: unknown) =>
      known((index) => {
        const rest = read().toSpliced(index, 1)
        const moved = read().slice(index, index + 1)
        write(position === 'front' ? [...moved, ...rest] : [...rest, ...moved])
        return NO_CONTENT
      })(call),
  }
}

/** As EMQX answers what was changed of a source. */
function withoutBody(answer: Answer): Answer {
  return answer.status === 200 ? NO_CONTENT : answer
}
