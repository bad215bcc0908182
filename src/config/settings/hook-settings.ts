import { network } from '../kinds/address-kinds.ts'
import { choice, list } from '../kinds/choice-kinds.ts'
import { duration } from '../kinds/number-kinds.ts'
import { headerSecret } from '../kinds/text-kinds.ts'
import type { DefaultedSetting, Setting } from '../setting.ts'

export const HOOK_SECRETS: Setting<readonly string[]> = {
  name: 'HERALD_HOOK_SECRETS',
  kind: list(headerSecret({ bytesMin: 16 }), 'secret'),
  help: 'What the broker proves itself with, in the header X-Herald-Secret; any of them will do',
  unset: 'no proof is asked for, which is possible on loopback only',
}

export const HOOK_ALLOW: Setting<readonly string[]> = {
  name: 'HERALD_HOOK_ALLOW',
  kind: list(network, 'network'),
  help: 'The addresses that the broker may call from',
  unset: 'it may call from everywhere',
}

export const HOOK_DEADLINE: DefaultedSetting<number> = {
  name: 'HERALD_HOOK_DEADLINE',
  // EMQX gives up on a question after 5 s by default, and one that it gave up on blocks the
  // connection it was asked on. Half a second is left for the way.
  kind: duration({ min: 100, max: 4500 }),
  fallback: 2000,
  help: "When a question is answered at the latest; keep it below the broker's own timeout",
}

export const STRANGERS: DefaultedSetting<'deny' | 'ignore'> = {
  name: 'HERALD_STRANGERS',
  kind: choice(['deny', 'ignore']),
  fallback: 'deny',
  help: "What is said of a user whom Herald doesn't know: no, or leave it to the broker's next source",
}

export const CONTACT_POLICY: DefaultedSetting<'everyone' | 'contacts'> = {
  name: 'HERALD_CONTACT_POLICY',
  kind: choice(['everyone', 'contacts']),
  fallback: 'everyone',
  help: 'Who may write to a user who has not decided that alone',
}

export const GROUP_SUBSCRIPTION: DefaultedSetting<'all' | 'inbox'> = {
  name: 'HERALD_GROUP_SUBSCRIPTION',
  kind: choice(['all', 'inbox']),
  fallback: 'all',
  help: "What a group's members may subscribe to: all of its topics, or its messages alone",
}
