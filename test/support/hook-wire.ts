import type { RawAnswer } from './raw-http.ts'

export type DialectName = 'emqx5' | 'emqx4'
export type Fields = Readonly<Record<string, string>>

/** A question as it goes over the wire. */
export interface WireQuestion {
  readonly dialect: DialectName
  readonly method: string
  readonly path: string
  readonly contentType: string | undefined
  readonly headers: Fields
  readonly body: string | Buffer
}

const PATHS = {
  emqx5: { connect: '/emqx/5/connect', topic: '/emqx/5/topic' },
  emqx4: { connect: '/emqx/4/connect', topic: '/emqx/4/topic' },
} as const

export const JSON_TYPE = 'application/json'
export const FORM_TYPE = 'application/x-www-form-urlencoded'

export function jsonQuestion(
  dialect: DialectName,
  question: 'connect' | 'topic',
  fields: object,
): WireQuestion {
  return {
    dialect,
    method: 'POST',
    path: PATHS[dialect][question],
    contentType: JSON_TYPE,
    headers: {},
    body: JSON.stringify(fields),
  }
}

export function formQuestion(question: 'connect' | 'topic', fields: Fields): WireQuestion {
  return {
    ...jsonQuestion('emqx4', question, fields),
    contentType: FORM_TYPE,
    body: new URLSearchParams(fields).toString(),
  }
}

export function queryQuestion(question: 'connect' | 'topic', fields: Fields): WireQuestion {
  return {
    dialect: 'emqx4',
    method: 'GET',
    path: `${PATHS.emqx4[question]}?${new URLSearchParams(fields)}`,
    contentType: undefined,
    headers: {},
    body: '',
  }
}

/** The bytes of an HTTP/1.1 request. Header names and values are written as they are. */
export function wire({ method, path, contentType, headers, body }: WireQuestion): Buffer {
  const bytes = Buffer.from(body)
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'host: herald',
    ...(contentType === undefined ? [] : [`content-type: ${contentType}`]),
    ...(method === 'GET' && bytes.length === 0 ? [] : [`content-length: ${bytes.length}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes])
}

/** What an answer means to the broker that asked; `docs` of EMQX and recordings of 5.8, 5.3 and 4.4. */
export type Reading = 'allow' | 'deny' | 'ignore' | 'unavailable' | 'client-error' | 'server-error'

export function readAnswer(dialect: DialectName, { status, headers, body }: RawAnswer): Reading {
  return dialect === 'emqx5' ? readFive(status, headers, body) : readFour(status, body)
}

function readFive(status: number, headers: Fields, body: string): Reading {
  if (status === 204) return 'allow'
  if (status !== 200) return status >= 500 ? 'server-error' : 'client-error'
  if (headers['content-type']?.startsWith(JSON_TYPE) !== true) return 'ignore'
  const { result }: { result?: unknown } = JSON.parse(body)
  return result === 'allow' || result === 'deny' ? result : 'ignore'
}

/** Only the status counts, but for the body `ignore`. */
function readFour(status: number, body: string): Reading {
  if (status === 200) return body === 'ignore' ? 'ignore' : 'allow'
  if (status === 401 || status === 403) return 'deny'
  if (status === 503) return 'unavailable'
  return status >= 500 ? 'server-error' : 'client-error'
}
