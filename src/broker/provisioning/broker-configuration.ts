import type { JsonObject } from './block.ts'
import type { ConfigurationAnswer, ConfigurationApi } from './configuration-api.ts'
import { documentOf, documentsIn } from './document.ts'
import { type BrokerForm, formOf } from './wishes.ts'

/** What a running broker says of its configuration. */
export interface BrokerConfiguration {
  readonly version: string
  readonly form: Exclude<BrokerForm, '4.4'>
  readonly nodes: readonly string[]
  /** How far its clock is ahead of ours, to the second. */
  readonly aheadMs: number
  readonly authentication: readonly JsonObject[]
  readonly sources: readonly JsonObject[]
  readonly authorization: JsonObject
  readonly mqtt: JsonObject
  readonly autoSubscribe: readonly JsonObject[]
  /** Up to 5.3; later brokers show connectors and actions as such. */
  readonly bridges: readonly JsonObject[]
  readonly connectors: readonly JsonObject[]
  readonly actions: readonly JsonObject[]
  readonly rules: readonly JsonObject[]
}

export type ConfigurationReading =
  | { readonly kind: 'read'; readonly configuration: BrokerConfiguration }
  /** It is there, and none of those that can be asked; `version` where it said so. */
  | { readonly kind: 'unsupported'; readonly version: string }
  | { readonly kind: 'refused'; readonly reason: string }

/** Rules of a page; EMQX gives no more. */
const PAGE = 1000

/** Throws `BrokerUnreachable`. */
export async function readConfiguration(
  api: ConfigurationApi,
  nowMs: () => number,
): Promise<ConfigurationReading> {
  const answer = await api.call('GET', '/nodes')
  const aheadMs = answer.dateMs === undefined ? 0 : answer.dateMs - nowMs()
  if (answer.status === 404) return { kind: 'unsupported', version: '4 or older' }
  if (answer.status !== 200) return { kind: 'refused', reason: refusalOf(answer) }
  const nodes = documentsIn(answer.body)
  const version = String(nodes[0]?.version ?? '')
  const form = formOf(version)
  if (form === undefined || form === '4.4') return { kind: 'unsupported', version }
  const get = async (path: string) => bodyOf(path, await api.call('GET', path))
  const isBridge = form === '5.3'
  const carriers = async (path: string, isThere: boolean) =>
    isThere ? documentsIn(await get(path)) : []
  return {
    kind: 'read',
    configuration: {
      version,
      form,
      nodes: nodes.map(({ node }) => String(node)),
      aheadMs,
      authentication: documentsIn(await get('/authentication')),
      sources: documentsIn(documentOf(await get('/authorization/sources')).sources),
      authorization: documentOf(await get('/authorization/settings')),
      mqtt: documentOf(documentOf(await get('/configs/global_zone')).mqtt),
      autoSubscribe: documentsIn(await get('/mqtt/auto_subscribe')),
      bridges: await carriers('/bridges', isBridge),
      connectors: await carriers('/connectors', !isBridge),
      actions: await carriers('/actions', !isBridge),
      rules: documentsIn(documentOf(await get(`/rules?page=1&limit=${PAGE}`)).data),
    },
  }
}

/** A call that the broker has no answer to, though it let us in. */
export class ConfigurationFailure extends Error {
  override readonly name = 'ConfigurationFailure'
}

function bodyOf(path: string, answer: ConfigurationAnswer): unknown {
  if (answer.status === 200) return answer.body
  throw new ConfigurationFailure(`GET ${path}: ${refusalOf(answer)}`)
}

/** What EMQX says beside a status that is no 2xx. */
export function refusalOf({ status, body }: ConfigurationAnswer): string {
  const { code, message } = documentOf(body)
  const words = [code, message].filter((word) => typeof word === 'string').join(': ')
  return words === '' ? `status ${status}` : `status ${status}, ${words}`
}
