import { describe, expect, it } from 'vitest'
import { NO_LIMITS } from '../../src/core/delivery/send-limits.ts'
import { runCli } from './cli-world.ts'

describe('herald provider list', () => {
  it('shows what addresses can name', async () => {
    const { out } = await runCli('provider list', {
      listProviders: () => [
        { name: 'apns', kind: 'apns', channels: ['push'], apps: [], limits: NO_LIMITS },
        {
          name: 'texts',
          kind: 'twilio',
          channels: ['sms'],
          apps: ['a', 'b'],
          limits: { perSecond: 5, perAddressPerHour: 4, perUserPerDay: 10, perDay: 10_000 },
        },
      ],
    })

    expect(out).toBe(
      `NAME   KIND    CHANNELS  APPS  LIMITS
apns   apns    push      -     -
texts  twilio  sms       a,b   5/s, 4/h an address, 10/d a user, 10000/d
`,
    )
  })
})

describe('herald provider check', () => {
  const proven = { name: 'a', check: { kind: 'proven', said: 'yes' } } as const
  const unproven = { name: 'b', check: { kind: 'unproven', why: 'nobody answers' } } as const
  const refused = {
    name: 'c',
    check: { kind: 'refused', problem: 'wrong key', remedy: 'take another' },
  } as const

  it('says of each what its vendor says, in a line', async () => {
    const asked: unknown[] = []
    const { code, out } = await runCli('provider check', {
      async checkProviders(_, name) {
        asked.push(name)
        return [proven, unproven]
      },
    })

    expect({ code, out }).toEqual({
      code: 0,
      out: 'a: proven: yes\nb: unproven: nobody answers\n',
    })
    expect(asked).toEqual([undefined])
  })

  it('ends with 1 if one is refused', async () => {
    const { code, out, err } = await runCli('provider check c --json', {
      checkProviders: async () => [proven, refused],
    })

    expect(code).toBe(1)
    expect(err).toBe('Refused: c.\n')
    expect(out.split('\n')[1]).toBe(
      '{"name":"c","kind":"refused","problem":"wrong key","remedy":"take another"}',
    )
  })
})

describe('provider vapid', () => {
  it('prints a new pair', async () => {
    const { code, out } = await runCli('provider vapid', {
      makeVapidKeys: () => ({ publicKey: 'B', privateKey: 'p' }),
    })

    expect(out).toBe('publicKey B\nprivateKey p\n')
    expect(code).toBe(0)
  })
})
