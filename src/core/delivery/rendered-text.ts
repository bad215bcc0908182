import type { Channel } from '../reach/reach-policy.ts'
import type { Notification } from './notification.ts'

/** What a person reads. */
export interface RenderedText {
  readonly title: string
  readonly body: string
  /** Of an e-mail: the same as HTML, where there is a template for it. */
  readonly html: string | undefined
}

/** Undefined where nothing is shown. */
export type RenderText = (notification: Notification, channel: Channel) => RenderedText | undefined
