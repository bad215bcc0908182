import {
  CIRCUIT_POLICY,
  type DeliveryPolicy,
  RETRY_POLICY,
  WORK_POLICY,
} from '../../src/core/delivery/delivery-policy.ts'

export const POLICY: DeliveryPolicy = {
  recheck: { devices: 'user-offline', ladderStopsOnAccepted: true },
  retry: RETRY_POLICY,
  circuit: CIRCUIT_POLICY,
  work: { ...WORK_POLICY, flushMs: 5 },
}
