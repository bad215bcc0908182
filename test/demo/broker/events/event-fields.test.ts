import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { closeAfterEach, startAskingBroker } from '../../../support/broker-world.ts'
import { publish, receive, subscribe } from '../../../support/mqtt-steps.ts'
import { ALLOW } from '../../../support/question-recorder.ts'

closeAfterEach()

const FIELDS: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(new URL('../../../fixtures/emqx-5.8.9/event_fields.json', import.meta.url), 'utf8'),
)

it('every event has the fields that EMQX 5.8.9 gives it, but for the name of the rule', async () => {
  const world = await startAskingBroker(() => ALLOW, { queueMax: 0 })
  const keep = { clean: false, properties: { sessionExpiryInterval: 60 } }

  const client = await world.client({ clientId: 'a', ...keep })
  await subscribe(client, 'x')
  await publish(client, 'x')
  await receive(client)
  await publish(client, 'nobody')
  client.send({ cmd: 'unsubscribe', messageId: 3, unsubscriptions: ['x'] })
  await client.next('unsuback')
  await subscribe(client, 'x')
  client.cut()
  await world.event('client.disconnected')
  await publish(await world.client({ clientId: 'b' }), 'x', 'too many')

  const expected = Object.keys(FIELDS).filter((name) => /^[a-z]+\.[a-z_]+$/.test(name))
  expect(new Set(world.events.map(({ event }) => event))).toEqual(new Set(expected))
  for (const event of world.events) {
    const fields = FIELDS[event.event]?.filter((name) => name !== 'metadata')
    expect(Object.keys(event).toSorted(), event.event).toEqual(fields)
  }
})
