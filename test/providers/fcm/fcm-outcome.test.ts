import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SendOutcome } from '../../../src/core/delivery/send-outcome.ts'
import { aMessage } from '../../support/a-message.ts'
import type { FcmScriptedAnswer } from '../../support/fcm-peer.ts'
import { type FcmWorld, NOW, openFcmWorld } from '../../support/fcm-world.ts'

let world: FcmWorld

beforeAll(async () => {
  world = await openFcmWorld()
})
afterAll(async () => await world.close())

async function outcomeOf(answer: FcmScriptedAnswer): Promise<SendOutcome> {
  world.peer.always(answer)
  return await world.provider.send(aMessage(), new AbortController().signal)
}

/** As FCM answers: its own code stands among the details. */
function fcmError(status: number, name: string, errorCode: string, headers = {}) {
  const type = 'type.googleapis.com/google.firebase.fcm.v1.FcmError'
  return answer(status, name, 'words', [{ '@type': type, errorCode }], headers)
}

function answer(
  status: number,
  name: string,
  message: string,
  details: readonly object[] = [],
  headers: Readonly<Record<string, string>> = {},
): FcmScriptedAnswer {
  return { status, headers, body: { error: { code: status, message, status: name, details } } }
}

const GONE_OR_OURS = { kind: 'address-gone', mayBeOurs: true } as const
const UNAVAILABLE = { kind: 'unavailable' } as const
const IN_A_MINUTE = { kind: 'unavailable', retryAfterMs: 60_000 } as const

describe("a code of FCM's own", () => {
  it.each([
    ['UNREGISTERED', 404, 'NOT_FOUND', { kind: 'address-gone' }],
    ['SENDER_ID_MISMATCH', 403, 'PERMISSION_DENIED', GONE_OR_OURS],
    ['INVALID_ARGUMENT', 400, 'INVALID_ARGUMENT', { kind: 'rejected' }],
    ['QUOTA_EXCEEDED', 429, 'RESOURCE_EXHAUSTED', IN_A_MINUTE],
    ['UNAVAILABLE', 503, 'UNAVAILABLE', UNAVAILABLE],
    ['INTERNAL', 500, 'INTERNAL', UNAVAILABLE],
    ['THIRD_PARTY_AUTH_ERROR', 401, 'UNAUTHENTICATED', { ...UNAVAILABLE, retryAfterMs: 600_000 }],
    ['UNSPECIFIED_ERROR', 400, 'INVALID_ARGUMENT', { kind: 'rejected' }],
    ['UNSPECIFIED_ERROR', 500, 'INTERNAL', UNAVAILABLE],
  ])('%s with %i %s is %j', async (code, status, name, expected) => {
    const outcome = await outcomeOf(fcmError(status, name, code))

    expect(outcome).toEqual({ ...expected, reason: `${code}: words` })
  })
})

describe("a status of Google's", () => {
  it.each([
    ['INVALID_ARGUMENT', 400, { kind: 'rejected' }],
    ['FAILED_PRECONDITION', 400, { kind: 'rejected' }],
    ['OUT_OF_RANGE', 400, { kind: 'rejected' }],
    ['UNAUTHENTICATED', 401, { kind: 'misconfigured' }],
    ['PERMISSION_DENIED', 403, { kind: 'misconfigured' }],
    ['NOT_FOUND', 404, { kind: 'misconfigured' }],
    ['RESOURCE_EXHAUSTED', 429, IN_A_MINUTE],
    ['INTERNAL', 500, UNAVAILABLE],
    ['UNAVAILABLE', 503, UNAVAILABLE],
    ['DEADLINE_EXCEEDED', 504, UNAVAILABLE],
  ])('%s with %i, and no code, is %j', async (name, status, expected) => {
    const outcome = await outcomeOf(answer(status, name, 'words'))

    expect(outcome).toEqual({ ...expected, reason: `${name}: words` })
  })
})

describe('an answer that is not of Google', () => {
  it.each([
    [400, { kind: 'rejected' }],
    [401, { kind: 'misconfigured' }],
    [403, { kind: 'misconfigured' }],
    [404, { kind: 'misconfigured' }],
    [413, { kind: 'rejected' }],
    [429, IN_A_MINUTE],
    [200, UNAVAILABLE],
    [302, UNAVAILABLE],
    [418, UNAVAILABLE],
    [502, UNAVAILABLE],
  ])('with %i is %j', async (status, expected) => {
    const outcome = await outcomeOf({ status, body: '<html>Sign in to this network</html>' })

    expect(outcome).toEqual({ ...expected, reason: `HTTP ${status}` })
  })
})

describe('a token that FCM does not take for one', () => {
  it('is named among the fields at fault', async () => {
    const violations = {
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [{ field: 'message.token', description: 'Invalid registration token' }],
    }

    const outcome = await outcomeOf(answer(400, 'INVALID_ARGUMENT', 'words', [violations]))

    expect(outcome).toEqual({ ...GONE_OR_OURS, reason: 'INVALID_ARGUMENT: words' })
  })

  it('is known by the documented sentence, where no field is named', async () => {
    const words = 'The registration token is not a valid FCM registration token'

    const outcome = await outcomeOf(answer(400, 'INVALID_ARGUMENT', words))

    expect(outcome).toEqual({ ...GONE_OR_OURS, reason: `INVALID_ARGUMENT: ${words}` })
  })

  it('is not to blame for another field', async () => {
    const violations = {
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [{ field: 'message.android.ttl', description: 'Invalid duration' }],
    }

    const outcome = await outcomeOf(answer(400, 'INVALID_ARGUMENT', 'words', [violations]))

    expect(outcome.kind).toBe('rejected')
  })
})

describe('the time to wait', () => {
  it.each([
    ['seconds', '30', 30_000],
    ['a date', new Date(NOW + 90_000).toUTCString(), 90_000],
    ['a date that has passed', new Date(NOW - 90_000).toUTCString(), 0],
    ['nothing that can be read', 'soon', 60_000],
  ])('is what FCM says, in %s', async (_, retryAfter, retryAfterMs) => {
    const headers = { 'retry-after': retryAfter }

    const outcome = await outcomeOf(fcmError(429, 'RESOURCE_EXHAUSTED', 'QUOTA_EXCEEDED', headers))

    expect(outcome).toMatchObject({ kind: 'unavailable', retryAfterMs })
  })

  it('is asked for by an FCM that is down, too', async () => {
    const outcome = await outcomeOf(
      fcmError(503, 'UNAVAILABLE', 'UNAVAILABLE', { 'retry-after': '120' }),
    )

    expect(outcome).toMatchObject({ kind: 'unavailable', retryAfterMs: 120_000 })
  })
})
