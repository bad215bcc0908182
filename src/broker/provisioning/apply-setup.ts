import type { BrokerAccess, SetupReport } from '../../core/ports/provisioning.ts'
import { StartFault } from '../../core/start-fault.ts'
import {
  type BrokerConfiguration,
  ConfigurationFailure,
  readConfiguration,
  refusalOf,
} from './broker-configuration.ts'
import {
  BrokerUnreachable,
  type ConfigurationApi,
  createConfigurationApi,
} from './configuration-api.ts'
import { desiredBroker } from './desired-broker.ts'
import { planLogins, planTopics } from './plan-access.ts'
import { planCarrier, planRules } from './plan-events.ts'
import { planAutoSubscribe, planMqtt } from './plan-mqtt.ts'
import type { PlannedStep } from './planned-step.ts'
import type { BrokerWishes } from './wishes.ts'

export interface ApplyRequest {
  readonly access: BrokerAccess
  readonly wishes: Omit<BrokerWishes, 'form'>
  /** Which steps are taken; the others are told of alone. */
  readonly takes: 'none' | 'own' | 'all'
}

/** Brings a running broker to what Herald needs, step by step. Throws `StartFault`. */
export async function applySetup({ access, wishes, takes }: ApplyRequest): Promise<SetupReport> {
  const api = createConfigurationApi(access)
  try {
    const there = await readOrFail(api, access)
    const steps = planSetup({ ...wishes, form: there.form }, there)
    const done = steps.filter(({ isShared }) => takes === 'all' || (takes === 'own' && !isShared))
    for (const step of done) await take(api, step)
    return { broker: `EMQX ${there.version}`, steps, done }
  } catch (error) {
    if (error instanceof BrokerUnreachable) {
      throw new StartFault(
        `The broker's management API at ${access.url} can't be reached (${error.message}): correct the address, or start the broker.`,
        { cause: error },
      )
    }
    if (!(error instanceof ConfigurationFailure)) throw error
    throw new StartFault(`The broker did not answer: ${error.message}.`, { cause: error })
  }
}

/** In an order in which an interruption opens nothing: who refuses comes before who allows goes. */
function planSetup(wishes: BrokerWishes, there: BrokerConfiguration): PlannedStep[] {
  const desired = desiredBroker(wishes)
  return [
    ...planCarrier(desired, there),
    ...planRules(desired, there),
    ...planLogins(desired, there),
    ...planTopics(desired, there),
    ...planAutoSubscribe(desired, there),
    ...planMqtt(desired, there),
  ]
}

async function readOrFail(
  api: ConfigurationApi,
  { url }: BrokerAccess,
): Promise<BrokerConfiguration> {
  const reading = await readConfiguration(api, Date.now)
  switch (reading.kind) {
    case 'read':
      return reading.configuration
    case 'refused':
      throw new StartFault(
        `The broker at ${url} does not let us in (${reading.reason}): check the API key and its secret.`,
      )
    case 'unsupported':
      throw new StartFault(
        `The broker at ${url} is EMQX ${reading.version}, which takes its settings from files alone: make them by "herald emqx render --version 4.4".`,
      )
  }
}

async function take(api: ConfigurationApi, { what, call }: PlannedStep): Promise<void> {
  const answer = await api.call(call.method, call.path, call.body)
  if (answer.status >= 200 && answer.status < 300) return
  throw new StartFault(
    `The broker refuses to change ${what} (${call.method} ${call.path}: ${refusalOf(answer)}). What was done before it stays; run the command again when it is mended.`,
  )
}
