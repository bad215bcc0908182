import type { Role } from '../directory/group.ts'
import type { ChatMessage } from '../reach/chat-message.ts'
import type { ReachFacts } from '../reach/reach-facts.ts'

/** Reads what the decision about one recipient of one message needs, at the moment it is asked. */
export interface ReachFactsSource {
  ask(uid: string, message: ChatMessage): Promise<RecipientFacts>
}

export interface RecipientFacts {
  readonly facts: ReachFacts
  /** The recipient's, in the group that the message is about. */
  readonly role: Role | undefined
}
