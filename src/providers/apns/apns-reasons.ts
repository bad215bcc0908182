import type { Errors } from 'apns2'

/** What Apple calls what went wrong: apns2's list, without what it calls its own faults. */
type ListedReason = Exclude<
  (typeof Errors)[keyof typeof Errors],
  'Error' | 'UnknownError' | 'InvalidSigningKey'
>
/** In Apple's table, but not in apns2's. */
type NewerReason =
  | 'BadEnvironmentKeyIdInToken'
  | 'ExpiredToken'
  | 'InvalidPushType'
  | 'UnrelatedKeyIdInToken'
export type ApnsReason = ListedReason | NewerReason

/** `remedy` is for the operator, who alone can do something about it. */
export type ApnsVerdict =
  | { readonly status: number; readonly means: 'rejected' | 'unavailable' }
  | { readonly status: number; readonly means: 'address-gone'; readonly mayBeOurs: boolean }
  | { readonly status: number; readonly means: 'misconfigured'; readonly remedy: string }

export const KEY_REMEDY = 'set key, keyId and teamId to one key that Apple lists for this team'
const KEY_SCOPE = 'use a key whose environment and topics include this app, see its page at Apple'
const CLOCK = 'set this machine’s clock'
const TOPIC = 'set bundleId to an app of this team that has push notifications'
const CERTIFICATE = 'reach Apple without a proxy that shows certificates of its own'
export const ENDPOINT_REMEDY =
  'set endpoint and sandboxEndpoint to addresses of APNs, or leave them out'

/**
 * "Understand error codes" at
 * https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns
 *
 * A token that is bad may be one of the other environment or another app's; one that is unregistered was
 * good here. What needs a human keeps deliveries, also where only the whole team's senders are too many.
 */
export const APNS_REASONS: Readonly<Record<ApnsReason, ApnsVerdict>> = {
  BadCollapseId: { status: 400, means: 'rejected' },
  BadDeviceToken: { status: 400, means: 'address-gone', mayBeOurs: true },
  BadExpirationDate: { status: 400, means: 'rejected' },
  BadMessageId: { status: 400, means: 'rejected' },
  BadPriority: { status: 400, means: 'rejected' },
  BadTopic: { status: 400, means: 'misconfigured', remedy: TOPIC },
  DeviceTokenNotForTopic: { status: 400, means: 'address-gone', mayBeOurs: true },
  DuplicateHeaders: { status: 400, means: 'rejected' },
  IdleTimeout: { status: 400, means: 'unavailable' },
  InvalidPushType: { status: 400, means: 'rejected' },
  MissingDeviceToken: { status: 400, means: 'rejected' },
  MissingTopic: { status: 400, means: 'misconfigured', remedy: TOPIC },
  PayloadEmpty: { status: 400, means: 'rejected' },
  TopicDisallowed: { status: 400, means: 'misconfigured', remedy: TOPIC },
  BadCertificate: { status: 403, means: 'misconfigured', remedy: CERTIFICATE },
  BadCertificateEnvironment: { status: 403, means: 'misconfigured', remedy: CERTIFICATE },
  BadEnvironmentKeyIdInToken: { status: 403, means: 'misconfigured', remedy: KEY_SCOPE },
  ExpiredProviderToken: { status: 403, means: 'misconfigured', remedy: CLOCK },
  Forbidden: { status: 403, means: 'misconfigured', remedy: KEY_SCOPE },
  InvalidProviderToken: { status: 403, means: 'misconfigured', remedy: KEY_REMEDY },
  MissingProviderToken: { status: 403, means: 'misconfigured', remedy: ENDPOINT_REMEDY },
  UnrelatedKeyIdInToken: { status: 403, means: 'misconfigured', remedy: KEY_REMEDY },
  BadPath: { status: 404, means: 'misconfigured', remedy: ENDPOINT_REMEDY },
  MethodNotAllowed: { status: 405, means: 'misconfigured', remedy: ENDPOINT_REMEDY },
  ExpiredToken: { status: 410, means: 'address-gone', mayBeOurs: false },
  Unregistered: { status: 410, means: 'address-gone', mayBeOurs: false },
  PayloadTooLarge: { status: 413, means: 'rejected' },
  TooManyProviderTokenUpdates: {
    status: 429,
    means: 'misconfigured',
    remedy: 'stop what else signs tokens for this team, and wait 20 minutes',
  },
  TooManyRequests: { status: 429, means: 'unavailable' },
  InternalServerError: { status: 500, means: 'unavailable' },
  ServiceUnavailable: { status: 503, means: 'unavailable' },
  Shutdown: { status: 503, means: 'unavailable' },
}
