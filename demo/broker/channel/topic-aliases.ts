import type { ReasonName } from '../reason-codes.ts'

/** MQTT 5.0 §3.3.2.3.4: what we tell clients in CONNACK. */
export const INBOUND_ALIAS_MAX = 65_535

/** Numbers that stand for topics on one connection, each way its own. */
export interface TopicAliases {
  /** The topic a client means, or why to send it away. */
  resolve(topic: string, alias: number | undefined): ResolvedTopic
  /** How to write a topic to the client: in full, with a new alias, or by alias alone. */
  shorten(topic: string): { readonly topic: string; readonly alias: number | undefined }
}

export type ResolvedTopic =
  | { readonly kind: 'topic'; readonly topic: string }
  | { readonly kind: 'fault'; readonly reason: ReasonName }

/** `outboundMax` is what the client allows us; 0 is none. */
export function createTopicAliases(outboundMax: number): TopicAliases {
  const inbound = new Map<number, string>()
  const outbound = new Map<string, number>()
  return {
    resolve(topic, alias) {
      if (alias === undefined) return named(topic)
      if (alias < 1 || alias > INBOUND_ALIAS_MAX)
        return { kind: 'fault', reason: 'topic_alias_invalid' }
      if (topic === '') return named(inbound.get(alias) ?? '')
      inbound.set(alias, topic)
      return named(topic)
    },
    shorten(topic) {
      const known = outbound.get(topic)
      if (known !== undefined) return { topic: '', alias: known }
      if (outbound.size >= outboundMax) return { topic, alias: undefined }
      const alias = outbound.size + 1
      outbound.set(topic, alias)
      return { topic, alias }
    },
  }
}

function named(topic: string): ResolvedTopic {
  if (topic === '') return { kind: 'fault', reason: 'protocol_error' }
  return { kind: 'topic', topic }
}
