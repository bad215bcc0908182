import { type Json, type JsonObject, jsonOf } from './block.ts'
import type { BrokerConfiguration } from './broker-configuration.ts'
import type { DesiredBroker } from './desired-broker.ts'
import { differences } from './differences.ts'
import { millisecondsIn } from './document.ts'
import { own, type PlannedStep, shared } from './planned-step.ts'

/** What holds for every client. Whoever keeps sessions longer, or more messages in them, may. */
export function planMqtt(desired: DesiredBroker, there: BrokerConfiguration): PlannedStep[] {
  const wanted = Object.fromEntries(
    Object.entries(jsonOf(desired.mqtt)).filter(([key, value]) => !isMore(there.mqtt[key], value)),
  )
  const details = differences(wanted, there.mqtt)
  if (details.length === 0) return []
  return [
    shared('change', {
      what: 'the settings of MQTT',
      details,
      why: 'They hold for every client of this broker.',
      call: {
        method: 'PUT',
        path: '/configs/global_zone',
        body: { mqtt: { ...there.mqtt, ...wanted } },
      },
    }),
  ]
}

function isMore(there: Json | undefined, wanted: Json): boolean {
  const [most, enough] = [quantityOf(there), quantityOf(wanted)]
  return most !== undefined && enough !== undefined && most > enough
}

function quantityOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : millisecondsIn(value)
}

/** One list for everybody: the topics of others in it stay. */
export function planAutoSubscribe(
  desired: DesiredBroker,
  { autoSubscribe }: BrokerConfiguration,
): PlannedStep[] {
  const wanted = desired.autoSubscribe.map(jsonOf)
  const details = wanted.flatMap((one) => {
    const found = autoSubscribe.find(({ topic }) => topic === one.topic)
    if (found === undefined) return [`${one.topic}: at QoS ${one.qos}`]
    return differences(one, found).map((line) => `${one.topic}: ${line}`)
  })
  if (details.length === 0) return []
  const isOurs = ({ topic }: JsonObject) => wanted.some((one) => one.topic === topic)
  return [
    own('change', {
      what: 'what clients are subscribed to unasked',
      details,
      call: {
        method: 'PUT',
        path: '/mqtt/auto_subscribe',
        body: [...autoSubscribe.filter((one) => !isOurs(one)), ...wanted],
      },
    }),
  ]
}
