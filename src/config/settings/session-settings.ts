import { onOff } from '../kinds/choice-kinds.ts'
import { duration } from '../kinds/number-kinds.ts'
import type { DefaultedSetting } from '../setting.ts'

export const EMQX_AUTO_SUBSCRIBE: DefaultedSetting<boolean> = {
  name: 'HERALD_EMQX_AUTO_SUBSCRIBE',
  kind: onOff,
  fallback: false,
  help: "Whether the broker subscribes each client to its user's own topics by itself, as auto_subscribe in emqx/5 does",
}

export const EMQX_SWEEP_INTERVAL: DefaultedSetting<number> = {
  name: 'HERALD_EMQX_SWEEP_INTERVAL',
  kind: duration({ min: 1_000, max: 86_400_000 }),
  fallback: 300_000,
  help: 'How often all that the broker lists is compared with what is known, and mended',
}
