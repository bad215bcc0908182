import { apnsKind } from './apns/apns-provider.ts'
import { emailKind } from './email/email-provider.ts'
import { fcmKind } from './fcm/fcm-provider.ts'
import type { ProviderKind } from './provider-kind.ts'
import { stubKind } from './stub/stub-provider.ts'
import { webhookKind } from './webhook/webhook-provider.ts'
import { webPushKind } from './webpush/webpush-provider.ts'

/** Whoever can be named in the providers' file. */
export const PROVIDER_KINDS: readonly ProviderKind[] = [
  apnsKind,
  fcmKind,
  webPushKind,
  emailKind,
  webhookKind,
  stubKind,
]
