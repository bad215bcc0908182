import { filterFault, topicFault } from '../../core/access/topic-filter.ts'

/** Why something is not sent at all: the broker would take it for something else, or break by it. */
export type Objection = { readonly kind: 'refused'; readonly reason: string }

/**
 * A client id as a segment of a path. `.` and `..` can't be one: brokers take them for steps through the
 * path even where they are encoded, and `DELETE /clients/../authorization/cache` is another call.
 */
export function clientPath(clientId: string): string | undefined {
  const isStep = clientId === '' || clientId === '.' || clientId === '..'
  return isStep || !clientId.isWellFormed() ? undefined : encodeURIComponent(clientId)
}

export function clientObjection(clientId: string): Objection {
  return refused(`the client id ${JSON.stringify(clientId)} can't stand in a path`)
}

/** EMQX takes filters as they come, and one like `a/#/b` breaks its list of topics. */
export function filtersObjection(filters: readonly string[]): Objection | undefined {
  for (const filter of filters) {
    const fault = filterFault(filter)
    if (fault !== undefined) return refused(`the filter ${JSON.stringify(filter)} ${fault}`)
  }
  return undefined
}

export function topicObjection(topic: string): Objection | undefined {
  const fault = topicFault(topic)
  return fault === undefined ? undefined : refused(`the topic ${JSON.stringify(topic)} ${fault}`)
}

export function refused(reason: string): Objection {
  return { kind: 'refused', reason }
}
