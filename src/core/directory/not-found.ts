import { DomainError } from '../domain-error.ts'

/** `field` is what the caller names the uid (`uid`, `owner`, `contactUid`). */
export function userNotFound(uid: string, field = 'uid'): DomainError {
  return new DomainError('USER_NOT_FOUND', `no user "${uid}"`, field)
}

export function deviceNotFound(clientId: string): DomainError {
  return new DomainError('DEVICE_NOT_FOUND', `no device "${clientId}"`, 'clientId')
}

export function groupNotFound(gid: string): DomainError {
  return new DomainError('GROUP_NOT_FOUND', `no group "${gid}"`, 'gid')
}

export function memberNotFound(gid: string, uid: string): DomainError {
  return new DomainError('MEMBER_NOT_FOUND', `"${uid}" is not a member of "${gid}"`, 'uid')
}
