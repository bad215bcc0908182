import { describe, expect, it } from 'vitest'
import { createFaults } from '../../../../demo/broker/faults.ts'
import { createEventRoad } from '../../../../demo/broker/sink/event-road.ts'
import { closeAfterEach, closeLater, startBroker } from '../../../support/broker-world.ts'
import { ALLOW, startQuestionRecorder } from '../../../support/question-recorder.ts'
import { aPublish } from '../../../support/sink-world.ts'

closeAfterEach()

function open() {
  const faults = createFaults()
  const sent: string[] = []
  const road = createEventRoad(faults, (event) => {
    if (event.event === 'message.publish') sent.push(event.topic)
  })
  const put = (...topics: string[]) => {
    for (const topic of topics) road.put(aPublish({ topic }))
  }
  return { faults, road, sent, put }
}

const isB = (event: object) => 'topic' in event && event.topic === 'b'

describe('an event on its way', () => {
  it('arrives, unless something is switched on', () => {
    const { sent, put } = open()

    put('a', 'b', 'c')

    expect(sent).toEqual(['a', 'b', 'c'])
  })

  it.each([
    ['is lost', { loses: isB }, ['a', 'c']],
    ['is doubled', { doubles: isB }, ['a', 'b', 'b', 'c']],
    ['is overtaken by the next one', { holds: isB }, ['a', 'c', 'b']],
    ['is overtaken and doubled', { holds: isB, doubles: isB }, ['a', 'c', 'b', 'b']],
  ])('%s', (_, events, arrived) => {
    const { faults, sent, put } = open()
    faults.set({ events })

    put('a', 'b', 'c')

    expect(sent).toEqual(arrived)
  })

  it('is not held for longer than the fault lasts', () => {
    const { faults, sent, put } = open()
    faults.set({ events: { holds: () => true } })

    put('a', 'b')
    expect(sent).toEqual([])
    faults.set({})

    expect(sent).toEqual(['a', 'b'])
  })

  it('is lost on the way to the URL, while onEvent hears of it', async () => {
    const recorder = await startQuestionRecorder(() => ALLOW)
    closeLater(() => recorder.close())
    const { broker, client, eventsOf } = await startBroker({ events: { url: `${recorder.url}/e` } })
    broker.fail({
      events: {
        loses: (event) => event.event === 'client.connected' && event.clientid === 'lost',
        holds: () => true,
      },
    })

    await client({ clientId: 'lost' })
    await client({ clientId: 'held' })
    await broker.eventsSettled()

    expect(eventsOf('client.connected').map(({ clientid }) => clientid)).toEqual(['lost', 'held'])
    expect(recorder.questions.map(({ fields }) => fields.clientid)).toEqual(['held'])
  })
})
