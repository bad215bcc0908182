/**
 * MQTT 5.0 §2.4, under the names that EMQX gives them: they appear in its events, as the reason of
 * a `client.disconnected` for example.
 */
export const REASON = {
  success: 0x00,
  disconnect_with_will_message: 0x04,
  no_matching_subscribers: 0x10,
  no_subscription_existed: 0x11,
  unspecified_error: 0x80,
  malformed_packet: 0x81,
  protocol_error: 0x82,
  unsupported_protocol_version: 0x84,
  client_identifier_not_valid: 0x85,
  bad_username_or_password: 0x86,
  not_authorized: 0x87,
  server_unavailable: 0x88,
  server_shutting_down: 0x8b,
  keepalive_timeout: 0x8d,
  session_taken_over: 0x8e,
  topic_filter_invalid: 0x8f,
  topic_name_invalid: 0x90,
  packet_identifier_inuse: 0x91,
  packet_identifier_not_found: 0x92,
  receive_maximum_exceeded: 0x93,
  topic_alias_invalid: 0x94,
  packet_too_large: 0x95,
  administrative_action: 0x98,
  shared_subscriptions_not_supported: 0x9e,
  subscription_identifiers_not_supported: 0xa1,
} as const

export type ReasonName = keyof typeof REASON

/** The codes from which on a SUBACK, PUBACK or PUBREC says no. */
export const FAILURE_FROM = 0x80

/** The name EMQX gives a code; what a client made up is an `unknown_error`. */
export function reasonName(code: number): string {
  const found = Object.entries(REASON).find(([, value]) => value === code)
  return found === undefined ? 'unknown_error' : found[0]
}

/** CONNACK's return code in 3.1.1 §3.2.2.3, which knows five refusals only. */
export function returnCode(reason: ReasonName): number {
  switch (reason) {
    case 'success':
      return 0
    case 'client_identifier_not_valid':
      return 2
    case 'bad_username_or_password':
      return 4
    case 'not_authorized':
      return 5
    case 'server_unavailable':
    case 'server_shutting_down':
    case 'topic_name_invalid':
      return 3
    default:
      return 1
  }
}
