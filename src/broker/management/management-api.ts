import type { BrokerAnswer } from '../../core/ports/broker-control.ts'
import { type ApiCall, type ApiEndpoint, type ApiReply, createApiSession } from './api-session.ts'
import { clientObjection, clientPath } from './before-call.ts'
import type { BodyReader } from './body-reader.ts'

/** What a generation makes of a reply. */
export type ReadReply = <Value>(reply: ApiReply, read: BodyReader<Value>) => BrokerAnswer<Value>

/** A call about one client; `rest` is what stands behind its id in the path. */
export interface ClientCall {
  readonly method: ApiCall['method']
  readonly rest?: string
  readonly body?: unknown
}

/** Calls to one generation's API. */
export interface ManagementApi {
  ask<Value>(
    call: ApiCall,
    read: BodyReader<Value>,
    signal: AbortSignal,
  ): Promise<BrokerAnswer<Value>>
  /** The same below `prefix` and a client's id. */
  askOf<Value>(
    clientId: string,
    call: ClientCall,
    read: BodyReader<Value>,
    signal: AbortSignal,
  ): Promise<BrokerAnswer<Value>>
  /** For what is to be told from other replies before it is read. */
  reply(call: ApiCall, signal: AbortSignal): Promise<ApiReply>
  close(): Promise<void>
}

export function createManagementApi(
  endpoint: ApiEndpoint,
  basePath: string,
  readReply: ReadReply,
): ManagementApi {
  const session = createApiSession(endpoint, basePath)

  async function ask<Value>(call: ApiCall, read: BodyReader<Value>, signal: AbortSignal) {
    return readReply(await session.call(call, signal), read)
  }

  return {
    ask,
    async askOf(clientId, { method, rest = '', body }, read, signal) {
      const segment = clientPath(clientId)
      if (segment === undefined) return clientObjection(clientId)
      return await ask({ method, path: `/clients/${segment}${rest}`, body }, read, signal)
    },
    reply: session.call,
    close: session.close,
  }
}
