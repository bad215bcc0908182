import { isObject, readAnswerBody } from './answer-body.ts'
import type { HookAnswer } from './hook-client.ts'
import { type LoginRule, readLoginRule } from './login-rule.ts'

/** What EMQX makes of the answer to a login question. */
export type LoginVerdict =
  | {
      readonly kind: 'accepted'
      readonly isSuperuser: boolean
      readonly attributes: Readonly<Record<string, string>>
      /** Milliseconds since 1970. */
      readonly expiresAt: number | undefined
      readonly rules: readonly LoginRule[]
    }
  | { readonly kind: 'refused'; readonly reason: 'not_authorized' | 'bad_username_or_password' }

/** "No opinion": the next authenticator would be asked. There is none, so it refuses. */
const NO_OPINION: LoginVerdict = { kind: 'refused', reason: 'not_authorized' }
const DENIED: LoginVerdict = { kind: 'refused', reason: 'not_authorized' }
const MALFORMED: LoginVerdict = { kind: 'refused', reason: 'bad_username_or_password' }
const ACCEPTED = {
  kind: 'accepted',
  isSuperuser: false,
  attributes: {},
  expiresAt: undefined,
  rules: [],
} as const satisfies LoginVerdict

/** Reads an answer as EMQX 5.8 does; `undefined` is the answer that did not come. */
export function readLoginAnswer(answer: HookAnswer | undefined, now: number): LoginVerdict {
  if (answer?.status === 204) return ACCEPTED
  if (answer?.status !== 200) return NO_OPINION
  const body = readAnswerBody(answer.contentType ?? '', answer.body)
  if (body?.result === 'deny') return DENIED
  if (body?.result !== 'allow') return NO_OPINION

  const attributes = readAttributes(body.client_attrs)
  if (attributes === undefined || ('acl' in body && !Array.isArray(body.acl))) return NO_OPINION
  const expiresAt = 'expire_at' in body ? readExpiry(body.expire_at, now) : 'never'
  const rules = readRules(body.acl)
  if (expiresAt === undefined || rules === undefined) return MALFORMED
  return {
    kind: 'accepted',
    isSuperuser: readFlag(body.is_superuser),
    attributes,
    expiresAt: expiresAt === 'never' ? undefined : expiresAt,
    rules,
  }
}

/** Names that EMQX takes; attributes under others are dropped silently. */
const ATTRIBUTE_NAME = /^[0-9A-Za-z][-0-9A-Za-z_]*$/

/** Values must be strings: anything else breaks the login (as recorded). */
function readAttributes(value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined) return {}
  if (!isObject(value)) return undefined
  const attributes: Record<string, string> = {}
  for (const [name, text] of Object.entries(value)) {
    if (!ATTRIBUTE_NAME.test(name)) continue
    if (typeof text !== 'string') return undefined
    attributes[name] = text
  }
  return attributes
}

/** Whole Unix seconds, neither past nor so far off that they must be milliseconds. */
function readExpiry(value: unknown, now: number): number | undefined {
  if (typeof value !== 'number' || !Number.isInteger(value)) return undefined
  if (value < Math.floor(now / 1000) || value > now / 2) return undefined
  return value * 1000
}

/** One malformed rule spoils the list. */
function readRules(value: unknown): readonly LoginRule[] | undefined {
  if (!Array.isArray(value)) return []
  const rules = value.map(readLoginRule).filter((rule) => rule !== undefined)
  return rules.length === value.length ? rules : undefined
}

function readFlag(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isInteger(value) && value >= 1
  return (
    value === 'true' || (typeof value === 'string' && /^\d+$/.test(value) && Number(value) >= 1)
  )
}
