import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SendOutcome } from '../../../src/core/delivery/send-outcome.ts'
import { APNS_REASONS } from '../../../src/providers/apns/apns-reasons.ts'
import { aMessage } from '../../support/a-message.ts'
import type { PlainAnswer } from '../../support/apns-peer.ts'
import { type ApnsWorld, DEVICE, NOON, openApnsWorld } from '../../support/apns-world.ts'

let world: ApnsWorld
beforeAll(async () => {
  world = await openApnsWorld()
})
afterAll(() => world.close())

/** As in Apple's table: status, reason, and what we make of it. */
const TABLE = [
  [400, 'BadCollapseId', 'rejected'],
  [400, 'BadDeviceToken', 'address-gone'],
  [400, 'BadExpirationDate', 'rejected'],
  [400, 'BadMessageId', 'rejected'],
  [400, 'BadPriority', 'rejected'],
  [400, 'BadTopic', 'misconfigured'],
  [400, 'DeviceTokenNotForTopic', 'address-gone'],
  [400, 'DuplicateHeaders', 'rejected'],
  [400, 'IdleTimeout', 'unavailable'],
  [400, 'InvalidPushType', 'rejected'],
  [400, 'MissingDeviceToken', 'rejected'],
  [400, 'MissingTopic', 'misconfigured'],
  [400, 'PayloadEmpty', 'rejected'],
  [400, 'TopicDisallowed', 'misconfigured'],
  [403, 'BadCertificate', 'misconfigured'],
  [403, 'BadCertificateEnvironment', 'misconfigured'],
  [403, 'BadEnvironmentKeyIdInToken', 'misconfigured'],
  [403, 'ExpiredProviderToken', 'misconfigured'],
  [403, 'Forbidden', 'misconfigured'],
  [403, 'InvalidProviderToken', 'misconfigured'],
  [403, 'MissingProviderToken', 'misconfigured'],
  [403, 'UnrelatedKeyIdInToken', 'misconfigured'],
  [404, 'BadPath', 'misconfigured'],
  [405, 'MethodNotAllowed', 'misconfigured'],
  [410, 'ExpiredToken', 'address-gone'],
  [410, 'Unregistered', 'address-gone'],
  [413, 'PayloadTooLarge', 'rejected'],
  [429, 'TooManyProviderTokenUpdates', 'misconfigured'],
  [429, 'TooManyRequests', 'unavailable'],
  [500, 'InternalServerError', 'unavailable'],
  [503, 'ServiceUnavailable', 'unavailable'],
  [503, 'Shutdown', 'unavailable'],
] as const

describe('an answer of APNs', () => {
  it.each(TABLE)('%i %s means %s', async (status, reason, kind) => {
    const outcome = await outcomeOf({ status, body: JSON.stringify({ reason }) })

    expect(outcome).toMatchObject({ kind, reason: expect.stringMatching(`^${status} ${reason}`) })
  })

  it('is known for each reason of the table, with its status', () => {
    const known = Object.entries(APNS_REASONS).map(([reason, { status }]) => [status, reason])

    expect(known.toSorted()).toEqual(TABLE.map(([status, reason]) => [status, reason]).toSorted())
  })

  it('says since when a device is gone', async () => {
    const body = JSON.stringify({ reason: 'Unregistered', timestamp: NOON - 5_000 })

    expect(await outcomeOf({ status: 410, body })).toEqual({
      kind: 'address-gone',
      reason: '410 Unregistered',
      mayBeOurs: false,
      goneSince: NOON - 5_000,
    })
  })

  it.each(['BadDeviceToken', 'DeviceTokenNotForTopic'])(
    'that says %s may be our fault',
    async (reason) => {
      const outcome = await outcomeOf({ status: 400, body: JSON.stringify({ reason }) })

      expect(outcome).toMatchObject({ kind: 'address-gone', mayBeOurs: true })
    },
  )

  it.each([
    ['seconds', '30', 30_000],
    ['a date', new Date(NOON + 90_000).toUTCString(), 90_000],
    ['a date that is past', new Date(NOON - 90_000).toUTCString(), 0],
  ])('is heeded when it asks for time in %s', async (_, retryAfter, retryAfterMs) => {
    const headers = { 'retry-after': retryAfter }
    const body = JSON.stringify({ reason: 'TooManyRequests' })

    const outcome = await outcomeOf({ status: 429, headers, body })

    expect(outcome).toEqual({ kind: 'unavailable', reason: '429 TooManyRequests', retryAfterMs })
  })

  it.each([
    [400, 'rejected'],
    [403, 'misconfigured'],
    [404, 'misconfigured'],
    [410, 'address-gone'],
    [413, 'rejected'],
    [429, 'unavailable'],
    [502, 'unavailable'],
  ])('%i with a reason that we don’t know means %s', async (status, kind) => {
    expect(await outcomeOf({ status, body: '{"reason":"Newer"}' })).toMatchObject({ kind })
  })

  it.each([
    [400, 'unavailable'],
    [403, 'misconfigured'],
    [404, 'misconfigured'],
    [410, 'unavailable'],
    [413, 'unavailable'],
    [429, 'unavailable'],
    [502, 'unavailable'],
    [302, 'misconfigured'],
    [204, 'misconfigured'],
  ])('%i without a reason is not believed to be Apple’s, so it means %s', async (status, kind) => {
    for (const body of ['', 'no JSON', 'null', '{"reason":7}', '{"reason":"Unregi']) {
      expect(await outcomeOf({ status, body })).toMatchObject({ kind })
    }
  })

  it('names the operator what to do where we are misconfigured', async () => {
    const outcome = await outcomeOf({ status: 403, body: '{"reason":"InvalidProviderToken"}' })

    expect(outcome).toMatchObject({ reason: expect.stringContaining('keyId') })
  })
})

async function outcomeOf(answer: PlainAnswer): Promise<SendOutcome> {
  world.peer.answers(() => answer)
  return await world.alerts.send(aMessage({ token: DEVICE }), new AbortController().signal)
}
