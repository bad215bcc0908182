import type { Hub } from '../hub.ts'
import { type Answer, type Call, NO_CONTENT, ok, type Route, refusal } from '../management/route.ts'
import { type Document, documentOf, textOf } from './document.ts'
import type { Documents } from './documents.ts'
import { statusOf } from './status-of.ts'

/** Rules, what carries events to the outside, and their counters. */
export function ruleRoutes(hub: Hub): readonly Route[] {
  const { configuration } = hub
  const listOf = (list: Kind): readonly Document[] => configuration.documents[list]
  const rules = collectionOf(hub, { kind: 'rules', path: '/rules', name: ({ id }) => textOf(id) })
  return [
    {
      method: 'GET',
      path: '/rules',
      answer({ query }) {
        const page = Number(query.get('page') ?? 1)
        const limit = Number(query.get('limit') ?? 100)
        const all = listOf('rules')
        const hasnext = all.length > page * limit
        const data = all.slice((page - 1) * limit, page * limit)
        return ok({ data, meta: { page, limit, count: all.length, hasnext } })
      },
    },
    ...rules,
    { method: 'GET', path: '/rules/:id/metrics', answer: (call) => ruleMetrics(hub, call) },
    ...CARRIERS.flatMap((kind) => [
      {
        method: 'GET',
        path: `/${kind}`,
        answer: async () => ok(await withStatuses(configuration.documents, kind)),
      } as const,
      ...collectionOf(hub, { kind, path: `/${kind}`, name: carrierName }),
    ]),
    ...(['bridges', 'actions'] as const).map((kind) => ({
      method: 'GET' as const,
      path: `/${kind}/:id/metrics`,
      answer: () => ok(carrierMetrics(hub)),
    })),
  ]
}

type Kind = keyof Pick<Documents, 'rules' | 'bridges' | 'connectors' | 'actions'>

const CARRIERS = ['bridges', 'connectors', 'actions'] as const

function carrierName({ type, name }: Document): string {
  return `${type}:${name}`
}

/** What reaches somebody is connected. */
async function withStatuses(documents: Documents, kind: Kind): Promise<readonly Document[]> {
  const urlOf = (one: Document) =>
    kind === 'actions'
      ? documents.connectors.find(({ name }) => name === one.connector)?.url
      : one.url
  return await Promise.all(
    documents[kind].map(async (one) => {
      const status = one.enable === false ? 'disconnected' : await statusOf(urlOf(one))
      return { ...one, status }
    }),
  )
}

interface Collection {
  readonly kind: Kind
  readonly path: string
  readonly name: (document: Document) => string
}

function collectionOf({ configuration }: Hub, { kind, path, name }: Collection): readonly Route[] {
  const all = (): readonly Document[] => configuration.documents[kind]
  const write = (documents: readonly Document[]) => configuration.change({ [kind]: documents })
  const known =
    (answer: (index: number, call: Call) => Answer) =>
    (call: Call): Answer => {
      const index = all().findIndex((one) => name(one) === call.param('id'))
      return index < 0
        ? refusal(404, 'NOT_FOUND', `${call.param('id')} not found`)
        : answer(index, call)
    }
  return [
    {
      method: 'POST',
      path,
      answer({ body }) {
        const added: Document = { enable: true, ...documentOf(body) }
        if (all().some((one) => name(one) === name(added))) {
          return refusal(400, 'ALREADY_EXISTS', `${name(added)} already exists`)
        }
        write([...all(), added])
        return { status: 201, body: added }
      },
    },
    {
      method: 'PUT',
      path: `${path}/:id`,
      answer: known((index, { body }) => {
        const { id, type, name: called } = all()[index] ?? {}
        // What names it is in the path alone.
        const named = id === undefined ? { type, name: called } : { id }
        const next = { enable: true, ...documentOf(body), ...named }
        write(all().with(index, next))
        return ok(next)
      }),
    },
    { method: 'GET', path: `${path}/:id`, answer: known((index) => ok(all()[index])) },
    {
      method: 'DELETE',
      path: `${path}/:id`,
      answer: known((index) => {
        write(all().toSpliced(index, 1))
        return NO_CONTENT
      }),
    },
  ]
}

/** The counters that somebody reads of those that EMQX has. */
function ruleMetrics({ configuration }: Hub, { param }: Call): Answer {
  const id = param('id')
  if (!configuration.documents.rules.some((rule) => rule.id === id)) {
    return refusal(404, 'NOT_FOUND', 'Rule Id Not Found')
  }
  const matched = configuration.matchedBy(id)
  const metrics = {
    matched,
    passed: matched,
    failed: 0,
    'failed.exception': 0,
    'failed.no_result': 0,
    'actions.total': matched,
    'actions.failed': 0,
  }
  return ok({ id, metrics })
}

function carrierMetrics({ sink }: Hub): Document {
  const { delivered, lost, expired, dropped } = sink.counts
  const matched = delivered + lost + expired + dropped
  return {
    metrics: {
      matched,
      success: delivered,
      failed: lost,
      dropped: dropped + expired,
      'dropped.expired': expired,
      'dropped.queue_full': dropped,
      late_reply: 0,
      retried: 0,
      queuing: 0,
      inflight: 0,
    },
  }
}
