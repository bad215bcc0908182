import type { TopicExplanation } from '../core/access/explain-topic.ts'
import type { TopicQuestion } from '../core/access/topic-question.ts'
import type { CheckedProvider } from '../core/delivery/check-providers.ts'
import type { PushTest, PushTestRequest } from '../core/delivery/push-test.ts'
import type { Receipt } from '../core/delivery/receipt.ts'
import type { RenderedText } from '../core/delivery/rendered-text.ts'
import type { SendLimits } from '../core/delivery/send-limits.ts'
import type { Directory } from '../core/directory/directory.ts'
import type { ReadRequest } from '../core/directory/mark-read.ts'
import type { TraceQuestion } from '../core/ports/message-traces.ts'
import type { DevicePresence } from '../core/ports/presence-ports.ts'
import type { ReachExplanation, ReachQuestion } from '../core/reach/explain-reach.ts'
import type { MessageTrace } from '../core/reach/message-trace.ts'
import type { Channel } from '../core/reach/reach-policy.ts'
import type { ReadMark } from '../core/reach/read-mark.ts'
import type { Drift } from '../core/repair/drift.ts'

/** Setting values from the command line, keyed by environment name (`HERALD_PORT`). */
export type Flags = Readonly<Record<string, string>>

/** A setting as the command line offers it. */
export interface SettingFlag {
  /** `HERALD_PORT`. */
  readonly name: string
  /** `--port`. */
  readonly flag: string
  /** `<number>`. */
  readonly placeholder: string
  readonly help: string
}

/** A provider, as addresses name it. */
export interface ListedProvider {
  readonly name: string
  readonly kind: string
  readonly channels: readonly Channel[]
  /** Whose devices are given to it, whatever name of its kind they ask for. */
  readonly apps: readonly string[]
  readonly limits: SendLimits
}

/** What a person reads of a sample. */
export interface TemplatePreview {
  readonly kind: string
  /** What is particular about the sample. */
  readonly sample: string
  readonly channel: Channel
  readonly locale: string
  /** Undefined where nothing is shown. */
  readonly text: RenderedText | undefined
}

export interface TemplateLanguage {
  readonly language: string
  /** Kinds that are told in another language, for want of a template. */
  readonly missing: readonly string[]
}

/** What the commands ask of the rest of Herald; `compose.ts` hands it in. */
export interface Doors {
  readonly settings: readonly SettingFlag[]
  /** Runs until a signal stops it. */
  serve(flags: Flags): Promise<void>
  /** Applies what is missing and returns the names of the files applied. */
  migrate(flags: Flags): Promise<readonly string[]>
  /** What is in force, one `NAME=value` a line, secrets hidden. */
  describeConfig(flags: Flags): string
  /** Opens the configured database (migrated), runs `work`, closes everything. */
  withDirectory<T>(flags: Flags, work: (directory: Directory) => Promise<T>): Promise<T>
  /** A user's devices that were ever connected, ordered by client id. */
  presenceOf(flags: Flags, uid: string): Promise<readonly DevicePresence[]>
  /** Where the broker and Herald are apart. Throws where the broker can't be asked. */
  presenceDrift(flags: Flags): Promise<readonly Drift[]>
  markRead(flags: Flags, request: ReadRequest): Promise<ReadMark>
  explainTopic(flags: Flags, question: TopicQuestion): Promise<TopicExplanation>
  explainReach(flags: Flags, question: ReachQuestion): Promise<ReachExplanation>
  explainMessage(flags: Flags, question: TraceQuestion): Promise<readonly MessageTrace[]>
  /** Opens nothing. */
  /** A new pair for Web Push, in base64url. */
  makeVapidKeys(): { readonly publicKey: string; readonly privateKey: string }
  listProviders(flags: Flags): readonly ListedProvider[]
  /** All of them, where none is named. Asks the vendors, and not the database. */
  checkProviders(flags: Flags, name: string | undefined): Promise<readonly CheckedProvider[]>
  /** Throws where there is no such delivery. */
  noteReceipt(flags: Flags, receipt: Receipt): Promise<void>
  /** Of all languages that there are, unless one is asked for. */
  previewTemplates(flags: Flags, locale: string | undefined): readonly TemplatePreview[]
  /** Throws where a template can't be used. */
  checkTemplates(flags: Flags): readonly TemplateLanguage[]
  testPush(flags: Flags, request: PushTestRequest): Promise<readonly PushTest[]>
}
