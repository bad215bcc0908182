import type { LoginLinkName } from '../core/access/login.ts'
import type { ReachPolicy } from '../core/reach/reach-policy.ts'

/** What is in force, read once by `loadConfig`. Each part of Herald is given only its own slice. */
export interface Config {
  /** Without it an embedded PostgreSQL keeps its data under `dataDir`. */
  readonly databaseUrl?: string
  readonly dataDir: string
  /** What this process does, at least one. */
  readonly roles: readonly Role[]
  readonly http: HttpConfig
  readonly hooks: HooksConfig
  /** Without it Herald does not call the broker. */
  readonly brokerApi?: BrokerApiConfig
  readonly access: AccessConfig
  readonly logins: LoginsConfig
  readonly events: EventsConfig
  readonly sessions: SessionsConfig
  readonly reach: ReachPolicy
  readonly late: LateConfig
  readonly delivery: DeliveryConfig
  readonly providers: ProvidersConfig
  /** How long messages and all that follows from them are kept. */
  readonly retentionMs: number
  /** How long an address is kept that nothing was heard of. */
  readonly addressMaxAgeMs: number
  readonly pool: { readonly max: number }
  readonly log: { readonly level: LogLevel }
  readonly shutdownMs: number
}

/** How much of `shutdownMs` is kept for cutting and closing what is left open. */
export const SHUTDOWN_RESERVE_MS = 1_000

export interface HttpConfig {
  readonly host: string
  readonly port: number
}

export interface HooksConfig {
  /** Any of these proves the broker; empty means that no proof is asked for. */
  readonly secrets: readonly string[]
  /** IP addresses and networks that may call; empty means all. */
  readonly allow: readonly string[]
  readonly deadlineMs: number
}

export interface BrokerApiConfig {
  /** Without `/api/v5` and without a slash at its end. */
  readonly url: string
  readonly key: string
  readonly secret: string
  readonly generation: BrokerApiGeneration
  readonly concurrency: number
}

export interface AccessConfig {
  readonly strangers: 'deny' | 'ignore'
  readonly contactPolicy: 'everyone' | 'contacts'
  readonly groupSubscription: 'all' | 'inbox'
}

export interface LoginsConfig {
  /** The links that are switched on and have what they need, in the order in which they are tried. */
  readonly links: readonly LoginLinkName[]
  readonly jwt?: JwtConfig
  readonly ticket?: TicketConfig
  readonly password: PasswordConfig
  readonly devices: { readonly max: number; readonly selfRegistration: boolean }
  readonly throttle: { readonly enabled: boolean; readonly proxyAddresses: readonly string[] }
}

export interface JwtConfig {
  readonly algorithms: readonly JwtAlgorithm[]
  readonly secret?: string
  /** SPKI keys in PEM, one key each. */
  readonly publicKeys: readonly string[]
  readonly jwksUrl?: string
  readonly issuer?: string
  readonly audience?: string
  readonly leewayMs: number
  readonly uidClaim: string
  readonly clientIdClaim?: string
  readonly attrsClaim: string
  /** Whether a token makes the user it names, if Herald does not know them. */
  readonly provision: boolean
}

export interface TicketConfig {
  /** The first one signs, all of them verify. */
  readonly secrets: readonly string[]
  readonly ttlMs: number
}

export interface PasswordConfig {
  readonly memoryMax: number
  readonly memoryTtlMs: number
  readonly queueMax: number
}

export interface EventsConfig {
  readonly payloadEncoding: PayloadEncoding
  readonly queueMax: number
}

/** How sessions at the broker are looked after. */
export interface SessionsConfig {
  readonly autoSubscribe: boolean
  readonly sweepMs: number
}

/** About users who count as online and turn out not to be. */
export interface LateConfig {
  readonly isOn: boolean
  /** Without it only a connection that turns out to be lost counts. */
  readonly ackWithinMs?: number
}

export interface DeliveryConfig {
  /** Calls under way at once, for each worker of a provider. */
  readonly concurrency: number
  readonly attemptsMax: number
  /** For those of whom no language is known. */
  readonly locale: string
  /** A company's own templates. */
  readonly templatesDir?: string
  readonly stubFile?: string
}

export interface ProvidersConfig {
  readonly file?: string
  /** Without a slash at its end. */
  readonly publicUrl?: string
  readonly linkSecret?: string
}

export const ROLES = ['hooks', 'worker', 'sweeper', 'callbacks', 'broker'] as const
export type Role = (typeof ROLES)[number]

/** EMQX 6 speaks that of 5. */
export const BROKER_API_GENERATIONS = ['5', '4'] as const
export type BrokerApiGeneration = (typeof BROKER_API_GENERATIONS)[number]

/** EMQX 4's `web.hook.encoding_of_payload_field`. */
export const PAYLOAD_ENCODINGS = ['plain', 'base64', 'base62'] as const
export type PayloadEncoding = (typeof PAYLOAD_ENCODINGS)[number]

/** RFC 7518 §3.1 and RFC 8037, without `none`. */
export const JWT_ALGORITHMS = [
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const
export type JwtAlgorithm = (typeof JWT_ALGORITHMS)[number]

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]
