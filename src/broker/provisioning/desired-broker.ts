import type { Block } from './block.ts'
import { desiredAuthenticator, desiredAuthorization, desiredAuthorizer } from './desired-access.ts'
import { type DesiredCarrier, desiredCarrier } from './desired-carrier.ts'
import { desiredAutoSubscribe, desiredMqtt } from './desired-mqtt.ts'
import { type DesiredRule, desiredRules } from './desired-rules.ts'
import type { BrokerWishes } from './wishes.ts'

/** All that an EMQX 5 or 6 needs to serve Herald. Files are written from it, and brokers changed. */
export interface DesiredBroker {
  readonly authenticator: Block
  readonly authorizer: Block
  readonly authorization: Block
  readonly mqtt: Block
  readonly autoSubscribe: readonly Block[]
  readonly carrier: DesiredCarrier
  readonly rules: readonly DesiredRule[]
}

export function desiredBroker(wishes: BrokerWishes): DesiredBroker {
  return {
    authenticator: desiredAuthenticator(wishes),
    authorizer: desiredAuthorizer(wishes),
    authorization: desiredAuthorization(wishes),
    mqtt: desiredMqtt(),
    autoSubscribe: desiredAutoSubscribe(wishes),
    carrier: desiredCarrier(wishes),
    rules: desiredRules(wishes),
  }
}
