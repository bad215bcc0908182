import { isUtf8 } from 'node:buffer'
import { isIdentifier } from '../access/identifier.ts'
import { type MessageSayings, PREVIEW_BYTES_MAX } from './chat-message.ts'
import { previewOf, storable } from './preview.ts'

const APP_ID_BYTES_MAX = 128
const TITLE_BYTES_MAX = 256
/** APNs takes no longer one. */
const COLLAPSE_KEY_BYTES_MAX = 64
const DATA_BYTES_MAX = 2_048
const MENTIONS_MAX = 100
/** The longest that FCM and Web Push keep a notification. */
const TTL_SECONDS_MAX = 28 * 86_400

/**
 * What a message says about itself: in the keys of a JSON object, or in MQTT 5 user properties, which
 * win. What can't be read is as if it were not there. A text that is no JSON object is its own body.
 */
export function readSayings(
  payload: Uint8Array,
  userProperties: Readonly<Record<string, string>>,
): MessageSayings {
  const text = textOf(payload)
  const keys = text === undefined ? undefined : readObject(text)
  const said = <Value>(key: string, read: (value: unknown) => Value | undefined) =>
    read(own(userProperties, `herald-${key.replace('_', '-')}`)) ?? read(own(keys, key))
  const mentions = said('mentions', readMentions)
  return {
    appId: said('id', readId),
    title: said('title', readTitle),
    body: said('body', readBody) ?? (keys === undefined ? readBody(text) : undefined),
    mentions: mentions?.uids ?? [],
    mentionsAll: mentions?.all ?? false,
    isSilent: said('silent', readFlag) ?? false,
    isForced: said('force', readFlag) ?? false,
    priority: said('priority', readPriority),
    ttlSeconds: said('ttl', readTtl),
    collapseKey: said('collapse_key', readKey(COLLAPSE_KEY_BYTES_MAX)),
    data: readDataText(own(userProperties, 'herald-data')) ?? readData(own(keys, 'data')),
  }
}

/** Undefined of binary. What is longer than any preview matters only to those who parse it. */
function textOf(payload: Uint8Array): string | undefined {
  if (payload.length === 0 || !isUtf8(payload)) return undefined
  return new TextDecoder().decode(payload)
}

function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!/^\s*\{/.test(text)) return undefined
  try {
    return { ...JSON.parse(text) }
  } catch {
    return undefined
  }
}

function own(from: Readonly<Record<string, unknown>> | undefined, key: string): unknown {
  return from !== undefined && Object.hasOwn(from, key) ? from[key] : undefined
}

function readBody(value: unknown): string | undefined {
  return readText(value, PREVIEW_BYTES_MAX)
}

function readTitle(value: unknown): string | undefined {
  return readText(value, TITLE_BYTES_MAX)
}

function readText(value: unknown, bytesMax: number): string | undefined {
  return typeof value === 'string' ? previewOf(value, bytesMax) || undefined : undefined
}

/** Numbers are common ids. */
function readId(value: unknown): string | undefined {
  return readKey(APP_ID_BYTES_MAX)(Number.isSafeInteger(value) ? String(value) : value)
}

/** What is compared is whole or not there: a cut key would be another. */
function readKey(bytesMax: number): (value: unknown) => string | undefined {
  return (value) => {
    if (typeof value !== 'string' || value === '' || storable(value) !== value) return undefined
    return Buffer.byteLength(value) <= bytesMax ? value : undefined
  }
}

function readFlag(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true
  return value === false || value === 'false' ? false : undefined
}

function readPriority(value: unknown): 'normal' | 'high' | undefined {
  return value === 'normal' || value === 'high' ? value : undefined
}

function readTtl(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value
  if (typeof seconds !== 'number' || !(seconds >= 0)) return undefined
  return Math.min(Math.floor(seconds), TTL_SECONDS_MAX)
}

function readMentions(value: unknown): { uids: readonly string[]; all: boolean } | undefined {
  const names: readonly unknown[] | undefined =
    typeof value === 'string' ? value.split(',').map((name) => name.trim()) : asArray(value)
  if (names === undefined) return undefined
  const uids = new Set<string>()
  for (const name of names) {
    if (uids.size === MENTIONS_MAX) break
    if (typeof name === 'string' && name !== 'all' && isIdentifier(name)) uids.add(name)
  }
  return { uids: [...uids], all: names.includes('all') }
}

function asArray(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined
}

function readDataText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  try {
    return readData(JSON.parse(value))
  } catch {
    return undefined
  }
}

function readData(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  const json = JSON.stringify(value)
  return Buffer.byteLength(json) <= DATA_BYTES_MAX ? json : undefined
}
