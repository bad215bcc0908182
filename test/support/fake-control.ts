import type {
  BrokerAnswer,
  BrokerClient,
  BrokerControl,
} from '../../src/core/ports/broker-control.ts'

type Hitch = Exclude<BrokerAnswer<unknown>, { readonly kind: 'done' }>

export const AWAY: Hitch = { kind: 'unavailable', reason: 'no answer' }
const ABSENT: Hitch = { kind: 'absent' }

/** A broker's API behind the port: it keeps what it is told, and stumbles where a test says so. */
export interface FakeControl extends BrokerControl {
  readonly calls: string[]
  readonly clients: Map<string, BrokerClient>
  readonly sessions: Map<string, Set<string>>
  nodes: readonly string[]
  /** Resolves when so many calls have been made. */
  called(times: number): Promise<void>
  /** What stands in the way of a call, if anything does. */
  hinder: (call: string, clientId: string) => Hitch | undefined
}

export function createFakeControl(): FakeControl {
  const calls: string[] = []
  const clients = new Map<string, BrokerClient>()
  const sessions = new Map<string, Set<string>>()
  const watchers = new Set<() => void>()

  async function call<Value>(
    name: string,
    clientId: string,
    work: () => BrokerAnswer<Value>,
  ): Promise<BrokerAnswer<Value>> {
    calls.push(`${name} ${clientId}`.trim())
    for (const look of watchers) look()
    return fake.hinder(name, clientId) ?? work()
  }

  function inSession(id: string, work: (filters: Set<string>) => void): BrokerAnswer<undefined> {
    const session = sessions.get(id)
    if (session === undefined) return ABSENT
    work(session)
    return DONE
  }

  const fake: FakeControl = {
    calls,
    clients,
    sessions,
    nodes: ['n1'],
    hinder: () => undefined,
    called: (times) =>
      new Promise((resolve) => {
        const look = () => {
          if (calls.length < times) return
          watchers.delete(look)
          resolve()
        }
        watchers.add(look)
        look()
      }),
    capabilities: () =>
      call('capabilities', '', () =>
        done({ generation: 'emqx5', version: '5.8.9', nodes: fake.nodes }),
      ),
    readClient: (id) => call('read', id, () => doneIf(clients.get(id))),
    listClients: (after) =>
      call('list', after ?? '', () => done(pageOf([...clients.values()], after))),
    subscriptionsOf: (id) =>
      call('look', id, () => {
        const session = sessions.get(id)
        return doneIf(session && [...session].map((filter) => ({ filter, qos: 1 })))
      }),
    subscribe: (id, filters) =>
      call('subscribe', id, () =>
        inSession(id, (session) => {
          for (const filter of filters) session.add(filter)
        }),
      ),
    unsubscribe: (id, filters) =>
      call('unsubscribe', id, () =>
        inSession(id, (session) => {
          for (const filter of filters) session.delete(filter)
        }),
      ),
    endSession: (id) => call('end', id, () => (sessions.delete(id) ? DONE : ABSENT)),
    clearTopicCache: (id) => call('clear', id, () => DONE),
    clearTopicCaches: () => call('clear-all', '', () => DONE),
    publish: () => call('publish', '', () => DONE),
    close: async () => {},
  }
  return fake
}

const DONE = { kind: 'done', value: undefined } as const

function done<Value>(value: Value): BrokerAnswer<Value> {
  return { kind: 'done', value }
}

function doneIf<Value>(value: Value | undefined): BrokerAnswer<Value> {
  return value === undefined ? { kind: 'absent' } : { kind: 'done', value }
}

/** Two at a time, so that there are pages. */
function pageOf(all: readonly BrokerClient[], after: string | undefined) {
  const from = Number(after ?? 0)
  const next = from + 2 < all.length ? String(from + 2) : undefined
  return { clients: all.slice(from, from + 2), next }
}
