import type { ClientInfo } from '../client-info.ts'

/** What a question's JSON body holds: field → text with placeholders, as in EMQX's configuration. */
export type BodyTemplate = Readonly<Record<string, string>>

/** The body of a login question, as `emqx/5/herald.conf` has it. */
export const LOGIN_BODY: BodyTemplate = {
  clientid: '${clientid}',
  username: '${username}',
  password: '${password}',
  peerhost: '${peerhost}',
}

/** The body of a topic question, likewise. */
export const TOPIC_BODY: BodyTemplate = {
  clientid: '${clientid}',
  username: '${username}',
  action: '${action}',
  topic: '${topic}',
  qos: '${qos}',
  retain: '${retain}',
}

/** What stands behind a placeholder; nobody here has a certificate or a mountpoint. */
export type Variables = Readonly<Record<string, string>>

export function loginVariables(client: ClientInfo, password: string): Variables {
  return {
    clientid: client.clientId,
    username: client.username ?? '',
    password,
    peerhost: client.peerhost,
    cert_subject: '',
    cert_common_name: '',
    cert_pem: '',
    zone: 'default',
  }
}

/** What a topic question is about. */
export interface TopicAction {
  readonly action: 'publish' | 'subscribe'
  readonly topic: string
  readonly qos: number
  readonly retain: boolean
}

export function topicVariables(client: ClientInfo, asked: TopicAction): Variables {
  return {
    clientid: client.clientId,
    username: client.username ?? '',
    peerhost: client.peerhost,
    proto_name: 'mqtt',
    mountpoint: '',
    topic: asked.topic,
    action: asked.action,
    access: asked.action === 'subscribe' ? '1' : '2',
    qos: String(asked.qos),
    retain: String(asked.retain),
    cert_subject: '',
    cert_common_name: '',
    cert_pem: '',
  }
}

const PLACEHOLDER = /\$\{([^}]*)\}/g
const ATTRIBUTE = /^client_attrs\.(.+)$/

/**
 * Writes a body as EMQX 5.8 does: fields in descending order; a placeholder that is not allowed
 * goes out as it stands, and then `client_attrs` are left as they stand too (as recorded).
 */
export function renderBody(
  template: BodyTemplate,
  variables: Variables,
  attributes: Readonly<Record<string, string>>,
): string {
  const isKnown = (name: string) => name in variables || ATTRIBUTE.test(name)
  const names = Object.values(template).flatMap((text) =>
    [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name),
  )
  const readsAttributes = names.every(isKnown)

  function render(placeholder: string, name: string): string {
    const [, attribute] = ATTRIBUTE.exec(name) ?? []
    if (attribute !== undefined && readsAttributes) return attributes[attribute] ?? ''
    return variables[name] ?? placeholder
  }

  const fields = Object.entries(template).map(([field, text]) => [
    field,
    text.replace(PLACEHOLDER, render),
  ])
  return JSON.stringify(Object.fromEntries(fields.sort().reverse()))
}
