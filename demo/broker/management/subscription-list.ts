import { type Answer, invalid, refusal } from './route.ts'

export interface WantedSubscription {
  readonly topic: string
  readonly qos: 0 | 1 | 2
  readonly nl: 0 | 1
  readonly rap: 0 | 1
  readonly rh: 0 | 1 | 2
}

export type Read<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'refused'; readonly answer: Answer }

/** The body of a subscribe. As in EMQX, the filters themselves are not looked at. */
export function readSubscriptions(body: unknown): Read<readonly WantedSubscription[]> {
  return readList(body, (one) => {
    const topic = 'topic' in one ? one.topic : undefined
    if (typeof topic !== 'string') return missing('topic')
    const asked = 'qos' in one ? one.qos : 0
    const qos = levelOf(asked)
    const nl = flagOf('nl' in one ? one.nl : 0)
    const rap = flagOf('rap' in one ? one.rap : 0)
    const rh = levelOf('rh' in one ? one.rh : 0)
    if (qos === undefined) return invalid('root.qos', asked, 'Unable to parse string')
    if (nl === undefined || rap === undefined || rh === undefined) {
      return invalid('root', one, 'not a subscription option')
    }
    return { topic, qos, nl, rap, rh }
  })
}

/** The body of an unsubscribe. */
export function readFilters(body: unknown): Read<readonly string[]> {
  const read = readList(body, (one) =>
    'topic' in one && typeof one.topic === 'string' ? { topic: one.topic } : missing('topic'),
  )
  return read.kind === 'refused'
    ? read
    : { kind: 'value', value: read.value.map(({ topic }) => topic) }
}

function readList<Value extends object>(
  body: unknown,
  read: (one: object) => Value | Answer,
): Read<readonly Value[]> {
  if (!Array.isArray(body)) {
    return { kind: 'refused', answer: refusal(400, 'BAD_REQUEST', 'not an array') }
  }
  const values: Value[] = []
  for (const one of body) {
    const value = typeof one === 'object' && one !== null ? read(one) : missing('topic')
    if ('status' in value) return { kind: 'refused', answer: value }
    values.push(value)
  }
  return { kind: 'value', value: values }
}

function missing(field: string): Answer {
  return invalid(`root.${field}`, null, 'required_field')
}

function levelOf(value: unknown): 0 | 1 | 2 | undefined {
  return value === 0 || value === 1 || value === 2 ? value : undefined
}

function flagOf(value: unknown): 0 | 1 | undefined {
  return value === 0 || value === 1 ? value : undefined
}
