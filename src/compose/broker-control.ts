import type { Logger } from 'pino'
import { createEmqx4Control } from '../broker/management/emqx4-control.ts'
import { createEmqx5Control } from '../broker/management/emqx5-control.ts'
import type { BrokerApiConfig, Config } from '../config/config.ts'
import { BROKER_CIRCUIT, guardBrokerControl } from '../core/broker/guarded-control.ts'
import type { BrokerControl } from '../core/ports/broker-control.ts'

/** What acts on the broker; undefined where the configuration does not say how. Whoever takes it closes it. */
export function composeBrokerControl(
  { brokerApi }: Pick<Config, 'brokerApi'>,
  log: Logger,
): BrokerControl | undefined {
  if (brokerApi === undefined) return undefined
  return guardBrokerControl(createControl(brokerApi), {
    policy: BROKER_CIRCUIT,
    now: Date.now,
    onChange(reason) {
      if (reason === undefined) log.info('the broker answers again')
      else log.warn({ reason }, 'the broker does not answer and is left alone for a while')
    },
  })
}

function createControl({ generation, ...endpoint }: BrokerApiConfig): BrokerControl {
  switch (generation) {
    case '5':
      return createEmqx5Control(endpoint)
    case '4':
      return createEmqx4Control(endpoint)
  }
}
