import type { Setting } from './setting.ts'
import * as base from './settings/base-settings.ts'
import * as brokerApi from './settings/broker-api-settings.ts'
import * as delivery from './settings/delivery-settings.ts'
import * as event from './settings/event-settings.ts'
import * as hook from './settings/hook-settings.ts'
import * as jwt from './settings/jwt-settings.ts'
import * as login from './settings/login-settings.ts'
import * as provider from './settings/provider-settings.ts'
import * as reach from './settings/reach-settings.ts'
import * as session from './settings/session-settings.ts'

export interface SettingGroup {
  readonly title: string
  readonly settings: readonly Setting<unknown>[]
}

/** Everything that can be set, in the order in which people read it. */
export const SETTING_GROUPS: readonly SettingGroup[] = [
  { title: 'Database', settings: [base.DATABASE_URL, base.DATA_DIR, base.POOL_MAX] },
  { title: 'Listening', settings: [base.HOST, base.PORT, base.SHUTDOWN_TIMEOUT, base.LOG_LEVEL] },
  { title: 'Roles', settings: [event.ROLE_LIST] },
  { title: 'The broker', settings: [hook.HOOK_SECRETS, hook.HOOK_ALLOW, hook.HOOK_DEADLINE] },
  {
    title: "The broker's management API",
    settings: [
      brokerApi.EMQX_API_URL,
      brokerApi.EMQX_API_KEY,
      brokerApi.EMQX_API_SECRET,
      brokerApi.EMQX_API_GENERATION,
      brokerApi.EMQX_API_CONCURRENCY,
    ],
  },
  {
    title: 'Rights',
    settings: [hook.STRANGERS, hook.CONTACT_POLICY, hook.GROUP_SUBSCRIPTION],
  },
  {
    title: 'Logins',
    settings: [
      login.LOGINS,
      login.DEVICES_MAX,
      login.DEVICE_SELF_REGISTRATION,
      login.LOGIN_THROTTLE,
      login.PROXY_ADDRESSES,
    ],
  },
  { title: 'Tokens', settings: jwt.ALL_JWT_SETTINGS },
  { title: 'Tickets', settings: [login.TICKET_SECRETS, login.TICKET_TTL] },
  {
    title: 'Passwords',
    settings: [login.PASSWORD_MEMORY_SIZE, login.PASSWORD_MEMORY_TTL, login.PASSWORD_QUEUE_MAX],
  },
  {
    title: 'Events',
    settings: [event.PAYLOAD_ENCODING, event.EVENT_QUEUE_MAX, event.RETENTION],
  },
  {
    title: 'Sessions',
    settings: [session.EMQX_AUTO_SUBSCRIBE, session.EMQX_SWEEP_INTERVAL],
  },
  {
    title: 'Who is notified',
    settings: [
      reach.REACH_DEVICES,
      reach.DESKTOP_DELAY,
      reach.PRESENCE_GRACE,
      reach.MENTION_ALL,
      reach.MESSAGE_TTL,
      reach.MESSAGE_TTL_MAX,
      reach.LADDER,
      reach.LADDER_STOPS_ON_ACCEPTED,
      reach.QUIET_SPREAD,
      reach.COALESCE_WINDOW,
      reach.DIGEST_WINDOW,
      reach.LATE_PUSH,
      reach.LATE_PUSH_GROUP_MAX,
      reach.ACK_WITHIN,
    ],
  },
  {
    title: 'Sending',
    settings: [
      delivery.WORKER_CONCURRENCY,
      delivery.DELIVERY_ATTEMPTS_MAX,
      delivery.DEFAULT_LOCALE,
      delivery.TEMPLATES_DIR,
      delivery.STUB_FILE,
    ],
  },
  {
    title: 'Providers',
    settings: [
      provider.PROVIDERS_FILE,
      provider.PUBLIC_URL,
      provider.LINK_SECRET,
      provider.ADDRESS_MAX_AGE,
    ],
  },
]

export const SETTINGS: readonly Setting<unknown>[] = SETTING_GROUPS.flatMap(
  ({ settings }) => settings,
)
