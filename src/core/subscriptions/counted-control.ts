import type { BrokerAnswer, BrokerControl } from '../ports/broker-control.ts'

/** The same calls, each counted with the kind of its answer. */
export function countCalls(
  control: BrokerControl,
  called: (call: string, outcome: string) => void,
): BrokerControl {
  async function counted<Value>(
    call: string,
    answering: Promise<BrokerAnswer<Value>>,
  ): Promise<BrokerAnswer<Value>> {
    const answer = await answering
    called(call, answer.kind)
    return answer
  }
  return {
    capabilities: (signal) => counted('capabilities', control.capabilities(signal)),
    readClient: (id, signal) => counted('read-client', control.readClient(id, signal)),
    listClients: (after, signal) => counted('list-clients', control.listClients(after, signal)),
    subscriptionsOf: (id, signal) =>
      counted('read-subscriptions', control.subscriptionsOf(id, signal)),
    subscribe: (id, filters, signal) =>
      counted('subscribe', control.subscribe(id, filters, signal)),
    unsubscribe: (id, filters, signal) =>
      counted('unsubscribe', control.unsubscribe(id, filters, signal)),
    endSession: (id, signal) => counted('end-session', control.endSession(id, signal)),
    clearTopicCache: (id, signal) => counted('clear-cache', control.clearTopicCache(id, signal)),
    clearTopicCaches: (signal) => counted('clear-caches', control.clearTopicCaches(signal)),
    publish: (message, signal) => counted('publish', control.publish(message, signal)),
    close: () => control.close(),
  }
}
