/** Codes are part of the API: a code never changes its meaning. */
export type ErrorCode =
  | 'INVALID_IDENTIFIER'
  | 'INVALID_ADDRESS'
  | 'INVALID_CONVERSATION'
  | 'INVALID_FILTER'
  | 'INVALID_LOCALE'
  | 'INVALID_PAGE'
  | 'INVALID_PASSWORD'
  | 'INVALID_TEXT'
  | 'INVALID_TIME'
  | 'INVALID_TIME_ZONE'
  | 'INVALID_DIGEST'
  | 'USER_NOT_FOUND'
  | 'USER_EXISTS'
  | 'USER_DELETED'
  | 'DEVICE_NOT_FOUND'
  | 'DEVICE_EXISTS'
  | 'TOO_MANY_SECRETS'
  | 'GROUP_NOT_FOUND'
  | 'GROUP_EXISTS'
  | 'MEMBER_NOT_FOUND'
  | 'MEMBER_EXISTS'
  | 'MEMBER_BANNED'
  | 'LAST_OWNER'
  | 'BAN_NOT_FOUND'
  | 'REQUEST_NOT_FOUND'
  | 'REQUEST_DECIDED'
  | 'MAY_NOT_INVITE'
  | 'CONTACT_NOT_FOUND'
  | 'CONTACT_WITH_SELF'
  | 'BLOCK_NOT_FOUND'
  | 'BLOCK_WITH_SELF'
  | 'RULE_NOT_FOUND'
  | 'ADDRESS_NOT_FOUND'
  | 'TOO_MANY_ADDRESSES'
  | 'ADDRESS_TAKEN'
  | 'ADDRESS_EXISTS'
  | 'IMPORT_NOT_FOUND'
  | 'IMPORT_RUNNING'
  | 'IMPORT_DIFFERS'
  | 'PROVIDER_NOT_FOUND'
  | 'PREFERENCES_NOT_FOUND'
  | 'MESSAGE_NOT_FOUND'
  | 'DELIVERY_NOT_FOUND'
  | 'DELIVERY_NOT_DEAD'
  | 'DELIVERY_EXPIRED'
  | 'NOT_CONFIGURED'
  | 'INVALID_REQUEST'
  | 'TOO_MANY_REQUESTS'
  | 'UNAVAILABLE'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'KEY_NOT_FOUND'
  | 'PRECONDITION_FAILED'
  | 'IDEMPOTENCY_KEY_REUSED'

/** A rule of the model that a request broke. Knows nothing of HTTP. */
export class DomainError extends Error {
  readonly code: ErrorCode
  /** The field of the request that is at fault, if it is one. */
  readonly field: string | undefined

  constructor(code: ErrorCode, message: string, field?: string) {
    super(message)
    this.name = 'DomainError'
    this.code = code
    this.field = field
  }
}
