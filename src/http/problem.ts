import { DomainError, type ErrorCode } from '../core/domain-error.ts'
import { type FieldFault, fieldFaultsOf } from './field-faults.ts'
import { isOutage } from './outage.ts'

/** RFC 9457 problem details, with a stable `code` of ours. */
export interface Problem {
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
  /** The field of the request that is at fault, if it is one. */
  readonly field?: string
  /** All that does not fit the schema of the request. */
  readonly errors?: readonly FieldFault[]
}

/** The one place where a broken rule gets its HTTP status. */
export const STATUS_BY_CODE: Record<ErrorCode, number> = {
  INVALID_IDENTIFIER: 400,
  INVALID_ADDRESS: 400,
  INVALID_CONVERSATION: 400,
  INVALID_FILTER: 400,
  INVALID_LOCALE: 400,
  INVALID_PAGE: 400,
  INVALID_PASSWORD: 400,
  INVALID_TEXT: 400,
  INVALID_TIME: 400,
  INVALID_TIME_ZONE: 400,
  INVALID_DIGEST: 400,
  USER_NOT_FOUND: 404,
  USER_EXISTS: 409,
  USER_DELETED: 409,
  DEVICE_NOT_FOUND: 404,
  DEVICE_EXISTS: 409,
  TOO_MANY_SECRETS: 409,
  GROUP_NOT_FOUND: 404,
  GROUP_EXISTS: 409,
  MEMBER_NOT_FOUND: 404,
  MEMBER_EXISTS: 409,
  MEMBER_BANNED: 409,
  LAST_OWNER: 409,
  BAN_NOT_FOUND: 404,
  REQUEST_NOT_FOUND: 404,
  REQUEST_DECIDED: 409,
  MAY_NOT_INVITE: 409,
  CONTACT_NOT_FOUND: 404,
  CONTACT_WITH_SELF: 400,
  BLOCK_NOT_FOUND: 404,
  BLOCK_WITH_SELF: 400,
  RULE_NOT_FOUND: 404,
  ADDRESS_NOT_FOUND: 404,
  TOO_MANY_ADDRESSES: 409,
  ADDRESS_TAKEN: 409,
  ADDRESS_EXISTS: 409,
  IMPORT_NOT_FOUND: 404,
  IMPORT_RUNNING: 409,
  IMPORT_DIFFERS: 409,
  PROVIDER_NOT_FOUND: 400,
  PREFERENCES_NOT_FOUND: 404,
  MESSAGE_NOT_FOUND: 404,
  DELIVERY_NOT_FOUND: 404,
  DELIVERY_NOT_DEAD: 409,
  DELIVERY_EXPIRED: 409,
  NOT_CONFIGURED: 409,
  INVALID_REQUEST: 400,
  TOO_MANY_REQUESTS: 429,
  UNAVAILABLE: 503,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  KEY_NOT_FOUND: 404,
  PRECONDITION_FAILED: 412,
  IDEMPOTENCY_KEY_REUSED: 422,
}

/**
 * What an error says to whoever made the request. Of a fault of ours that is nothing but where to look:
 * each line of the log that belongs to the request has its id.
 */
export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof DomainError) {
    const { code, message, field } = error
    const problem = { title: code, status: STATUS_BY_CODE[code], code, detail: message }
    return field === undefined ? problem : { ...problem, field }
  }
  if (isOutage(error)) return OUTAGE
  const errors = fieldFaultsOf(error)
  if (errors !== undefined) return invalidRequest(errors)
  const status = clientStatus(error)
  if (status === undefined || !(error instanceof Error)) return faultOf(requestId)
  return { title: 'Bad request', status, code: 'BAD_REQUEST', detail: error.message }
}

const OUTAGE: Problem = {
  title: 'Unavailable',
  status: 503,
  code: 'UNAVAILABLE',
  detail: 'The database can’t be reached now; try again.',
}

function invalidRequest(errors: readonly FieldFault[]): Problem {
  const detail = errors.map((error) => `${error.in}${error.pointer} ${error.detail}`).join('; ')
  return { title: 'Bad request', status: 400, code: 'INVALID_REQUEST', detail, errors }
}

function faultOf(requestId: string): Problem {
  return {
    title: 'Internal error',
    status: 500,
    code: 'INTERNAL',
    detail: `Something broke in Herald; its log has the reason, with reqId ${requestId}.`,
  }
}

/** The status of an error that Fastify or an HTTP error names, if the client can mend it. */
function clientStatus(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined
  const { statusCode } = error
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode > 499) return undefined
  return statusCode
}
