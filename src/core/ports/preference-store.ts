import type { Slice } from '../directory/page.ts'
import type {
  ConversationChange,
  ConversationPreferences,
  Preferences,
  PreferencesChange,
} from '../directory/preferences.ts'

export interface PreferenceStore {
  /** The defaults where nothing was ever set. */
  find(uid: string): Promise<Preferences>
  set(uid: string, change: PreferencesChange): Promise<Preferences>
  /** A user's conversations, in their order. */
  listConversations(uid: string, slice: Slice): Promise<readonly ConversationPreferences[]>
  findConversation(uid: string, conversation: string): Promise<ConversationPreferences | undefined>
  setConversation(
    uid: string,
    conversation: string,
    change: ConversationChange,
  ): Promise<ConversationPreferences>
  removeConversation(uid: string, conversation: string): Promise<boolean>
  /** Whether the database can reckon in a zone: one that it can't would spoil every later decision. */
  isZone(zone: string): Promise<boolean>
}
