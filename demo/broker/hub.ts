import type { BrokerSettings } from './broker-settings.ts'
import type { ChannelRegistry } from './channel/channel-registry.ts'
import type { Timers } from './clock.ts'
import type { Report } from './events/broker-event.ts'
import type { Faults } from './faults.ts'
import type { HookClient } from './hooks/hook-client.ts'
import type { Authenticate } from './hooks/login.ts'
import type { Nodes } from './nodes.ts'
import type { Router } from './routing/router.ts'

/** What the connections of one broker share. */
export interface Hub {
  readonly settings: BrokerSettings
  readonly timers: Timers
  readonly report: Report
  readonly hooks: HookClient
  readonly authenticate: Authenticate
  readonly router: Router
  readonly channels: ChannelRegistry
  readonly faults: Faults
  readonly nodes: Nodes
  readonly nextMessageId: () => string
}
