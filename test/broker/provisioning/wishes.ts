import type { BrokerWishes } from '../../../src/broker/provisioning/wishes.ts'

/** As `herald emqx render` has them by itself. */
export function someWishes(overrides: Partial<BrokerWishes> = {}): BrokerWishes {
  return {
    form: '5.8',
    heraldUrl: 'http://herald:8080',
    hasAcks: true,
    hasAutoSubscribe: true,
    hasSentCopies: false,
    ...overrides,
  }
}
