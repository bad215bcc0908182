import type { BrokerSettings } from '../broker-settings.ts'
import type { BrokerEvent } from '../events/broker-event.ts'
import type { Documents } from './documents.ts'
import { firstDocuments } from './first-documents.ts'
import { settingsFrom } from './settings-from.ts'
import { ruleMatches } from './sink-from.ts'

/** What a running broker is told by its management API. */
export interface Configuration {
  readonly documents: Documents
  /** What follows from the documents. */
  readonly settings: BrokerSettings
  change(documents: Partial<Documents>): void
  /** Counts an event for the rules that match it. */
  note(event: BrokerEvent): void
  /** How many events a rule has matched. */
  matchedBy(rule: string): number
}

/** Until something is changed, what the broker was started with holds to the letter. */
export function createConfiguration(
  first: BrokerSettings,
  onChange: (documents: Documents) => void,
): Configuration {
  let documents = firstDocuments(first)
  let settings = first
  const matched = new Map<string, number>()
  const matchedBy = (rule: string) => matched.get(rule) ?? 0
  return {
    matchedBy,
    note(event) {
      for (const rule of documents.rules) {
        const id = String(rule.id)
        if (ruleMatches(rule, event)) matched.set(id, matchedBy(id) + 1)
      }
    },
    get documents() {
      return documents
    },
    get settings() {
      return settings
    },
    change(changed) {
      documents = { ...documents, ...changed }
      settings = settingsFrom(documents, first)
      onChange(documents)
    },
  }
}
