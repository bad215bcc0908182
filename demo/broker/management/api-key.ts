import { type Answer, refusal } from './route.ts'

/** Why a call without a key that holds is refused, in EMQX's words; undefined where it may go on. */
export function keyRefusal(
  header: string | undefined,
  keys: Readonly<Record<string, string>>,
): Answer | undefined {
  const [scheme, credentials = ''] = header?.split(' ') ?? []
  if (scheme?.toLowerCase() !== 'basic') {
    return refusal(401, 'AUTHORIZATION_HEADER_ERROR', 'Support authorization: basic/bearer ')
  }
  const [, key = '', secret = ''] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(credentials, 'base64').toString()) ?? []
  return keys[key] === secret
    ? undefined
    : refusal(401, 'BAD_API_KEY_OR_SECRET', 'Check api_key/api_secret')
}
