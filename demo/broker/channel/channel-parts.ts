import type { ClientInfo } from '../client-info.ts'
import type { TopicRights } from '../hooks/topic-rights.ts'
import type { Hub } from '../hub.ts'
import type { Will } from '../properties.ts'
import type { Session } from '../sessions/session.ts'
import type { Wire } from '../wire/wire.ts'

/** What a channel is made of. */
export interface ChannelParts {
  readonly hub: Hub
  readonly client: ClientInfo
  readonly wire: Wire
  readonly session: Session
  readonly rights: TopicRights
  readonly will: Will | undefined
  /** When the login ends, in milliseconds since 1970. */
  readonly expiresAt: number | undefined
}
