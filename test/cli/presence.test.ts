import { describe, expect, it } from 'vitest'
import type { DevicePresence } from '../../src/core/ports/presence-ports.ts'
import { runCli } from './cli-world.ts'

const NOON = new Date('2026-11-25T12:00:00Z')

const DEVICES: readonly DevicePresence[] = [
  {
    clientId: 'laptop',
    uid: 'ann',
    status: 'online',
    node: 'n1',
    connectedAt: NOON,
    disconnectedAt: undefined,
    lastSeenAt: NOON,
  },
  {
    clientId: 'phone',
    uid: 'ann',
    status: 'offline',
    node: undefined,
    connectedAt: undefined,
    disconnectedAt: NOON,
    lastSeenAt: NOON,
  },
]

const doors = { presenceOf: async (_: unknown, uid: string) => (uid === 'ann' ? DEVICES : []) }

describe('herald presence', () => {
  it('tells which devices are online, and when each was seen', async () => {
    const { out } = await runCli('presence ann', doors)

    expect(
      out,
    ).toBe(`CLIENT ID  STATUS   NODE  CONNECTED                 DISCONNECTED              LAST SEEN
laptop     online   n1    2026-11-25T12:00:00.000Z  -                         2026-11-25T12:00:00.000Z
phone      offline  -     -                         2026-11-25T12:00:00.000Z  2026-11-25T12:00:00.000Z
`)
  })

  it('prints an object a line for machines', async () => {
    const { out } = await runCli('presence ann --json', doors)

    const lines = out.trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { clientId: 'laptop', status: 'online' },
      { clientId: 'phone', status: 'offline' },
    ])
  })
})

describe('herald presence diff', () => {
  const drift = {
    presenceDrift: async (flags: Readonly<Record<string, string>>) => [
      { kind: 'connection', clientId: 'laptop', uid: flags.HERALD_EMQX_API_KEY ?? 'ann' } as const,
      { kind: 'stray', clientId: 'phone', uid: 'ann' } as const,
    ],
  }

  it('tells where the broker and Herald are apart', async () => {
    const { out } = await runCli('presence diff', drift)

    expect(out).toBe(`CLIENT ID  USER  WHAT
laptop     ann   connected, and not known to be
phone      ann   a session of no device of this user
`)
  })

  it('prints an object a line for machines, and takes settings', async () => {
    const { out } = await runCli('presence diff --json --emqx-api-key bob', drift)

    expect(out.split('\n')[0]).toBe('{"kind":"connection","clientId":"laptop","uid":"bob"}')
  })
})
