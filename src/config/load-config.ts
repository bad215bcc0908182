import { LOGIN_LINKS, type LoginLinkName } from '../core/access/login.ts'
import {
  type Config,
  type DeliveryConfig,
  type HooksConfig,
  type HttpConfig,
  type LoginsConfig,
  type ProvidersConfig,
  ROLES,
  type Role,
  SHUTDOWN_RESERVE_MS,
  type TicketConfig,
} from './config.ts'
import { type ConfigFault, ConfigFaults } from './config-faults.ts'
import { isLoopback } from './kinds/address-kinds.ts'
import { readBrokerApi } from './read-broker-api.ts'
import { readJwt } from './read-jwt.ts'
import { readReach } from './read-reach.ts'
import { createSettingReader, type SettingReader } from './setting-reader.ts'
import * as base from './settings/base-settings.ts'
import * as delivery from './settings/delivery-settings.ts'
import * as event from './settings/event-settings.ts'
import * as hook from './settings/hook-settings.ts'
import * as jwt from './settings/jwt-settings.ts'
import * as login from './settings/login-settings.ts'
import * as provider from './settings/provider-settings.ts'
import * as session from './settings/session-settings.ts'
import type { Sources } from './sources.ts'
import { unknownNames } from './unknown-names.ts'

/** What is in force. Throws `ConfigFaults`, which lists all that is wrong, unsafe or contradictory. */
export function loadConfig(sources: Sources): Config {
  const { config, faults } = examineConfig(sources)
  if (faults.length > 0) throw new ConfigFaults(faults)
  return config
}

export interface ConfigReading {
  /** Where there are faults, with defaults in their place. */
  readonly config: Config
  readonly faults: readonly ConfigFault[]
}

/** The same for whoever has faults of other things to add. */
export function examineConfig(sources: Sources): ConfigReading {
  const reader = createSettingReader(sources)
  const config = readConfig(reader)
  return { config, faults: [...reader.faults, ...unknownNames(sources)] }
}

function readConfig(reader: SettingReader): Config {
  const databaseUrl = reader.optional(base.DATABASE_URL)
  const roles = readRoles(reader)
  const hooks = readHooks(reader)
  const brokerApi = readBrokerApi(reader)
  return {
    ...(databaseUrl !== undefined && { databaseUrl }),
    dataDir: reader.value(base.DATA_DIR),
    roles,
    http: readHttp(reader, roles),
    hooks,
    ...(brokerApi !== undefined && { brokerApi }),
    access: {
      strangers: reader.value(hook.STRANGERS),
      contactPolicy: reader.value(hook.CONTACT_POLICY),
      groupSubscription: reader.value(hook.GROUP_SUBSCRIPTION),
    },
    logins: readLogins(reader),
    events: {
      payloadEncoding: reader.value(event.PAYLOAD_ENCODING),
      queueMax: reader.value(event.EVENT_QUEUE_MAX),
    },
    sessions: {
      autoSubscribe: reader.value(session.EMQX_AUTO_SUBSCRIBE),
      sweepMs: reader.value(session.EMQX_SWEEP_INTERVAL),
    },
    ...readReach(reader),
    delivery: readDelivery(reader),
    providers: readProviders(reader),
    addressMaxAgeMs: reader.value(provider.ADDRESS_MAX_AGE),
    pool: { max: reader.value(base.POOL_MAX) },
    log: { level: reader.value(base.LOG_LEVEL) },
    shutdownMs: readShutdown(reader, hooks.deadlineMs),
  }
}

function readRoles(reader: SettingReader): readonly Role[] {
  const named = reader.value(event.ROLE_LIST)
  return ROLES.filter((role) => named.includes(role))
}

function readHttp(reader: SettingReader, roles: readonly Role[]): HttpConfig {
  const http = { host: reader.value(base.HOST), port: reader.value(base.PORT) }
  const isOpen = roles.includes('hooks') && !isLoopback(http.host)
  // Whoever reaches the hooks can ask who may do what, and try passwords.
  if (isOpen && !reader.isGiven(hook.HOOK_SECRETS)) {
    reader.fault(
      hook.HOOK_SECRETS,
      `is not set, though ${base.HOST.name} (${http.host}) is reached from other machines`,
      'set a secret and have the broker send it, for example from: openssl rand -hex 24',
    )
  }
  return http
}

function readHooks(reader: SettingReader): HooksConfig {
  return {
    secrets: reader.optional(hook.HOOK_SECRETS) ?? [],
    allow: reader.optional(hook.HOOK_ALLOW) ?? [],
    deadlineMs: reader.value(hook.HOOK_DEADLINE),
  }
}

function readShutdown(reader: SettingReader, deadlineMs: number): number {
  const shutdownMs = reader.value(base.SHUTDOWN_TIMEOUT)
  if (shutdownMs < deadlineMs + SHUTDOWN_RESERVE_MS) {
    const { name } = hook.HOOK_DEADLINE
    const problem = `is not a second longer than ${name}, so a stop would cut off questions`
    reader.fault(base.SHUTDOWN_TIMEOUT, problem, 'make it longer')
  }
  return shutdownMs
}

function readLogins(reader: SettingReader): LoginsConfig {
  const tokens = readJwt(reader)
  const ticket = readTicket(reader)
  return {
    links: readLinks(reader, {
      secret: true,
      jwt: tokens !== undefined,
      ticket: reader.isGiven(login.TICKET_SECRETS),
      password: true,
    }),
    ...(tokens !== undefined && { jwt: tokens }),
    ...(ticket !== undefined && { ticket }),
    password: {
      memoryMax: reader.value(login.PASSWORD_MEMORY_SIZE),
      memoryTtlMs: reader.value(login.PASSWORD_MEMORY_TTL),
      queueMax: reader.value(login.PASSWORD_QUEUE_MAX),
    },
    devices: {
      max: reader.value(login.DEVICES_MAX),
      selfRegistration: reader.value(login.DEVICE_SELF_REGISTRATION),
    },
    throttle: {
      enabled: reader.value(login.LOGIN_THROTTLE),
      proxyAddresses: reader.optional(login.PROXY_ADDRESSES) ?? [],
    },
  }
}

function readDelivery(reader: SettingReader): DeliveryConfig {
  const templatesDir = reader.optional(delivery.TEMPLATES_DIR)
  const stubFile = reader.optional(delivery.STUB_FILE)
  return {
    concurrency: reader.value(delivery.WORKER_CONCURRENCY),
    attemptsMax: reader.value(delivery.DELIVERY_ATTEMPTS_MAX),
    locale: reader.value(delivery.DEFAULT_LOCALE),
    ...(templatesDir !== undefined && { templatesDir }),
    ...(stubFile !== undefined && { stubFile }),
  }
}

function readProviders(reader: SettingReader): ProvidersConfig {
  const file = reader.optional(provider.PROVIDERS_FILE)
  const publicUrl = reader.optional(provider.PUBLIC_URL)
  const linkSecret = reader.optional(provider.LINK_SECRET)
  return {
    ...(file !== undefined && { file }),
    ...(publicUrl !== undefined && { publicUrl }),
    ...(linkSecret !== undefined && { linkSecret }),
  }
}

function readTicket(reader: SettingReader): TicketConfig | undefined {
  const secrets = reader.optional(login.TICKET_SECRETS)
  const ttlMs = reader.value(login.TICKET_TTL)
  return secrets === undefined ? undefined : { secrets, ttlMs }
}

/** Links that nobody named are on if they can be; one that is named and can't be is a fault. */
function readLinks(
  reader: SettingReader,
  isReady: Readonly<Record<LoginLinkName, boolean>>,
): readonly LoginLinkName[] {
  const named = reader.optional(login.LOGINS)
  for (const link of named ?? []) {
    if (isReady[link]) continue
    const needed = link === 'jwt' ? jwt.JWT_ALGORITHM_LIST : login.TICKET_SECRETS
    const problem = `names "${link}", but ${needed.name} is not set`
    reader.fault(login.LOGINS, problem, `set it, or remove "${link}"`)
  }
  return LOGIN_LINKS.filter((link) => isReady[link] && (named ?? LOGIN_LINKS).includes(link))
}
