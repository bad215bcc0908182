import type { ExplainedFact } from '../access/explain-topic.ts'
import type { RecipientFacts } from '../ports/reach-ports.ts'
import type { ChatMessage } from './chat-message.ts'
import { conversationOf } from './conversation.ts'
import type { NotificationSetting, QuietHours, ReachAddress, ReachDevice } from './reach-facts.ts'

/** What is known of a recipient, a line each. */
export function factsInWords(
  { facts, role }: RecipientFacts,
  message: ChatMessage,
): readonly ExplainedFact[] {
  const group = { role: role ?? 'none', 'sender role': facts.senderRole ?? 'none' }
  const conversation = settingInWords(facts.conversation)
  const lines = {
    conversation: conversationOf(message),
    user: facts.user,
    ...(message.gid === undefined ? {} : group),
    'blocks sender': facts.blocksSender ? 'yes' : 'no',
    'account wants': settingInWords(facts.account),
    'here wants': conversation === '' ? 'as the account' : conversation,
    'quiet hours': quietHoursInWords(facts.quietHours),
    'read up to': timeInWords(facts.readAt),
    ...(facts.digestMs === undefined ? {} : { 'mails gather': gatherInWords(facts.digestMs) }),
  }
  return [
    ...Object.entries(lines).map(([name, value]) => ({ name, value })),
    ...facts.devices.map(deviceInWords),
    ...facts.addresses.map(addressInWords),
  ]
}

function settingInWords({ notify, mutedUntil }: Partial<NotificationSetting>): string {
  return [
    ...(notify === undefined ? [] : [notify]),
    ...(mutedUntil === undefined ? [] : [`muted until ${timeInWords(mutedUntil)}`]),
  ].join(', ')
}

function gatherInWords(digestMs: number): string {
  return digestMs === 0 ? 'never' : `for ${digestMs / 60_000} min`
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

function quietHoursInWords(quietHours: QuietHours | undefined): string {
  if (quietHours === undefined) return 'none'
  const { days, from, to, zone, action } = quietHours
  const names = DAYS.filter((_, day) => (days & (1 << day)) !== 0)
  return `${names.join(',')} ${from}-${to} ${zone} ${action}`
}

function deviceInWords(device: ReachDevice): ExplainedFact {
  const { deviceId, platform = 'unknown platform', isRevoked, isOnline, disconnectedAt } = device
  const seen = disconnectedAt === undefined ? '' : ` since ${timeInWords(disconnectedAt)}`
  const state = isOnline ? 'online' : `offline${seen}`
  const value = `${platform}, ${state}${isRevoked ? ', revoked' : ''}`
  return { name: `device ${deviceId}`, value }
}

function addressInWords({ id, channel, provider, deviceId }: ReachAddress): ExplainedFact {
  const at = deviceId === undefined ? '' : ` on ${deviceId}`
  return { name: `address ${id}`, value: `${channel} by ${provider}${at}` }
}

function timeInWords(ms: number | undefined): string {
  return ms === undefined ? 'never' : new Date(ms).toISOString()
}
