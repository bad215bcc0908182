import { describe, expect, it } from 'vitest'
import { type AskingWorld, closeAfterEach, startAskingBroker } from '../../support/broker-world.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { publish } from '../../support/mqtt-steps.ts'
import { ALLOW, type Answer, type Reply } from '../../support/question-recorder.ts'
import { RECORDED_SETTINGS } from '../../support/recorded-settings.ts'
import { type RecordedCase, readRecording, recordedCases } from '../../support/recording.ts'

closeAfterEach()

const ATTRIBUTES = 'emqx-5.8.9/62_v58_cache_excludes_and_attrs_types'

describe('an answer to a login question', () => {
  const matrix = recordedCases(
    readRecording('emqx-5.8.9/09_authn_matrix'),
    '/authn',
    'client_connack',
  )
  it.each(matrix)('$name is read as EMQX 5.8.9 read it: CONNACK $code', async (recorded) => {
    const { world, code } = await logIn(recorded, 4)

    expect(code).toBe(recorded.code)
    expect(world.logins()).toHaveLength(recorded.asked)
  })

  // 5.3 does not look at client_attrs, expire_at and acl; the broker here is a 5.8.
  const older = recordedCases(
    readRecording('emqx-5.3.2/09_authn_matrix'),
    '/authn',
    'client_connack',
  ).filter(({ name }) => name !== 'extra_fields')
  it.each(older)('$name is read as EMQX 5.3.2 read it: CONNACK $code', async (recorded) => {
    const { world, code } = await logIn(recorded, 4)

    expect(code).toBe(recorded.code)
    expect(world.logins()).toHaveLength(recorded.asked)
  })

  it.each(attributeCases())('with $reply.body gives CONNACK $code', async (recorded) => {
    const { code } = await logIn(recorded, 5)

    expect(code).toBe(recorded.code)
  })

  const extras = recordedCases(
    readRecording('emqx-5.8.9/60_v58_authn_extras'),
    '/authn',
    'client_connack',
  ).filter(({ name }) => name !== 'expire_at now+3s')
  it.each(extras)('with "$name" gives CONNACK $code', async (recorded) => {
    // The one case without an MQTT 5 client is accepted, and 0 is 0 in both.
    const { code } = await logIn(recorded, 5)

    expect(code).toBe(recorded.code)
  })

  it('that says is_superuser, as a word too, ends all topic questions', async () => {
    const world = await startAskingBroker(() => ({
      status: 200,
      body: { result: 'allow', is_superuser: 'true' },
    }))

    const client = await world.client({ clientId: 'super' })

    expect(await publish(client, 'any/topic')).toBe(NOBODY_SUBSCRIBED)
    expect(world.topics()).toEqual([])
    expect(world.eventsOf('client.check_authz_complete')).toMatchObject([
      { result: 'allow', authz_source: 'superuser' },
    ])
  })
})

describe('an answer to a topic question', () => {
  const matrices = ['emqx-5.8.9/10_authz_matrix', 'emqx-5.3.2/10_authz_matrix'].flatMap((file) =>
    recordedCases(readRecording(file), '/authz', 'pub_done').map((recorded) => ({
      file,
      ...recorded,
    })),
  )
  it.each(matrices)('$name is read as in $file: PUBACK $code', async (recorded) => {
    const { world, code, again } = await publishOnce(recorded)

    expect(code).toBe(recorded.code)
    expect(world.topics()).toHaveLength(recorded.asked)
    // Whatever was decided is remembered, the verdict of an outage too.
    expect(again).toBe(recorded.code)
    expect(world.topics()).toHaveLength(recorded.asked)
  })

  it('is waited for 2.5 seconds, and what comes then is too late', async () => {
    const clock = createManualClock()
    const world = await startAskingBroker(({ path }) => (path === '/authn' ? ALLOW : 'hang'), {
      clock,
    })
    const client = await world.client({ clientId: 'patient' })
    const asked = world.recorder.next()
    const puback = publish(client, 'slow/topic')
    await asked

    clock.advance(2499)
    const early = client.unread().length
    clock.advance(1)

    expect(early).toBe(0)
    expect(await puback).toBe(NOT_AUTHORIZED)
  })
})

/** MQTT 5.0 §2.4. */
const NOBODY_SUBSCRIBED = 0x10
const NOT_AUTHORIZED = 0x87

/** Recording 62 has no titles: a case is a login, and the note that follows it. */
function attributeCases(): readonly RecordedCase[] {
  const titled = readRecording(ATTRIBUTES).flatMap((line) =>
    line.kind === 'http' && line.path === '/authn'
      ? [{ kind: 'note' as const, t: line.t, what: 'CASE attributes' }, line]
      : [line],
  )
  return recordedCases(titled, '/authn', 'client_connack')
}

async function logIn(recorded: RecordedCase, protocolVersion: 4 | 5) {
  const { world, passTime } = await startTimedBroker(recorded, '/authn')
  const { clientid = '', username = '', password = '' } = recorded.fields
  const asked = world.recorder.next()
  const login = world.connect({
    clientId: clientid,
    username,
    password: Buffer.from(password),
    protocolVersion,
  })
  await asked
  passTime()
  const { connack } = await login
  return { world, code: connack.reasonCode ?? connack.returnCode }
}

async function publishOnce(recorded: RecordedCase) {
  const { world, passTime } = await startTimedBroker(recorded, '/authz')
  const client = await world.client({ clientId: 'z5', username: 'u1' })
  const asked = world.recorder.next()
  const puback = publish(client, recorded.fields.topic ?? '')
  await asked
  passTime()
  const code = codeOf(await puback)
  return { world, code, again: codeOf(await publish(client, recorded.fields.topic ?? '')) }
}

/** The recording does not tell "nobody is subscribed" from success. */
function codeOf(reasonCode: number | undefined): number | undefined {
  return reasonCode === NOBODY_SUBSCRIBED ? 0 : reasonCode
}

/** By then all that was recorded had happened: some answers name a moment. */
const RECORDED_BY = Date.UTC(2026, 10, 23, 19, 10)

/** A broker whose recorder answers as recorded, and takes as long by the broker's clock. */
async function startTimedBroker({ reply, delayMs }: RecordedCase, path: string) {
  const clock = createManualClock(RECORDED_BY)
  const answered = Promise.withResolvers<Reply>()
  const answer: Answer = (question) => (question.path === path ? answered.promise : ALLOW)
  const world: AskingWorld = await startAskingBroker(answer, { ...RECORDED_SETTINGS, clock })
  return {
    world,
    /** Lets the recorded delay pass, or all the time there is, and has the question answered. */
    passTime() {
      clock.advance(reply === 'hang' ? 60_000 : delayMs)
      answered.resolve(reply)
    },
  }
}
