import type { IConnectPacket } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import type { BrokerOptions } from '../../../demo/broker/broker-settings.ts'
import { closeAfterEach, startAskingBroker } from '../../support/broker-world.ts'
import { ALLOW } from '../../support/question-recorder.ts'
import type { RawMqtt } from '../../support/raw-mqtt.ts'
import {
  EARLIER_SETTINGS,
  RECORDED_SETTINGS,
  SETTINGS_5_3,
} from '../../support/recorded-settings.ts'
import { type RecordedLine, readRecording } from '../../support/recording.ts'

closeAfterEach()

describe('the questions, beside those that EMQX asked', () => {
  const early = [
    '01_connect_basic',
    '02_authz_pubsub_v311',
    '03_authz_pubsub_v5',
    '05_takeover',
    '08_retained',
    '09_authn_matrix',
    '10_authz_matrix',
    '11_binary_payloads',
    '20_rest_api',
  ]
  it.each(early)('are those of EMQX 5.8.9 to the letter, in %s', async (file) => {
    const lines = readRecording(`emqx-5.8.9/${file}`)

    const { asked, recorded } = await askAgain(lines, EARLIER_SETTINGS)

    expect(asked.map(({ body }) => body)).toEqual(recorded.map(({ body }) => body))
  })

  const late = ['60_v58_authn_extras', '61_v58_api_extras', '62_v58_cache_excludes_and_attrs_types']
  it.each(late)('are those of EMQX 5.8.9 to the letter, attributes too, in %s', async (file) => {
    const lines = readRecording(`emqx-5.8.9/${file}`)

    const { asked, recorded } = await askAgain(lines, RECORDED_SETTINGS)

    expect(asked.map(({ body }) => body)).toEqual(recorded.map(({ body }) => body))
  })

  const older = ['01_connect_basic', '02_authz_pubsub_v311', '03_authz_pubsub_v5', '05_takeover']
  it.each(older)('hold the same fields as those of EMQX 5.3.2, in %s', async (file) => {
    const lines = readRecording(`emqx-5.3.2/${file}`)

    const { asked, recorded } = await askAgain(lines, SETTINGS_5_3)

    expect(asked.map(({ fields }) => fields)).toEqual(recorded.map(({ fields }) => fields))
  })

  it('carry the headers that EMQX 5.8.9 sends, in its order', async () => {
    const [line] = readRecording('emqx-5.8.9/01_connect_basic').filter(
      ({ kind }) => kind === 'http',
    )
    const recorded = line?.kind === 'http' ? line.headers : {}

    const { asked } = await askAgain(line === undefined ? [] : [line], EARLIER_SETTINGS)

    const names = asked[0]?.headerNames.map((name) => name.toLowerCase())
    expect(names?.toSorted()).toEqual(Object.keys(recorded).toSorted())
    expect(asked[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-sidecar-key': 'k1',
      'content-length': recorded['content-length'],
    })
  })
})

/** Has a broker ask everything that was asked in a recording, and returns both. */
async function askAgain(lines: readonly RecordedLine[], settings: BrokerOptions) {
  const world = await startAskingBroker(() => ALLOW, { ...settings, cache: 'off' })
  const recorded = lines.flatMap(readQuestion)
  const clients = new Map<string, RawMqtt>()
  for (const { path, fields } of recorded) {
    const { clientid = '' } = fields
    if (path === '/authn') clients.set(clientid, await world.client(loginOf(fields)))
    else await ask(clients.get(clientid), fields)
  }
  return { asked: world.recorder.questions, recorded }
}

interface Question {
  readonly path: string
  readonly body: string
  readonly fields: Readonly<Record<string, string>>
}

/** Repeats after a closed connection are another test's affair. */
function readQuestion(line: RecordedLine, at: number, lines: readonly RecordedLine[]): Question[] {
  if (line.kind !== 'http' || !['/authn', '/authz'].includes(line.path)) return []
  const before = lines[at - 1]
  const isRepeat = before?.kind === 'http' && before.body === line.body
  return isRepeat ? [] : [{ path: line.path, body: line.body, fields: JSON.parse(line.body) }]
}

/** An absent username or password is empty in a question. */
function loginOf(fields: Question['fields']): Partial<IConnectPacket> {
  const { clientid = '', username = '', password = '' } = fields
  return {
    clientId: clientid,
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password: Buffer.from(password) }),
  }
}

async function ask(client: RawMqtt | undefined, fields: Question['fields']): Promise<void> {
  const { topic = '', action, qos, retain } = fields
  if (client === undefined) throw new Error('asked about a topic before a login')
  if (action === 'subscribe') {
    const subscriptions = [{ topic, qos: readQos(qos) }]
    client.send({ cmd: 'subscribe', messageId: 1, subscriptions })
    return await client.settle()
  }
  client.send({
    cmd: 'publish',
    topic,
    payload: 'x',
    qos: readQos(qos),
    dup: false,
    retain: retain === 'true',
    messageId: 9,
  })
  // What comes back may be a message; that the question was asked is all that counts here.
  await client.settle()
}

function readQos(text: string | undefined): 0 | 1 | 2 {
  if (text === '1') return 1
  return text === '2' ? 2 : 0
}
