import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DirectoryWorld, openDirectoryWorld } from '../support/directory-world.ts'
import { jsonOn, runOn, timeless } from './directory-doors.ts'

let world: DirectoryWorld

beforeAll(async () => {
  world = await openDirectoryWorld()
})
beforeEach(async () => {
  await world.clear()
  await world.addUsers('ann')
})
afterAll(() => world.close())

describe('herald device add', () => {
  it('prints the secret alone on the last line', async () => {
    const { code, out } = await runOn(world, 'device add ann phone --app chat --platform ios')

    expect(code).toBe(0)
    expect(out).toMatch(/^device phone of ann logs in .*\nhds_[\w-]{43}\n$/)
    const device = await world.directory.devices.show('phone')
    expect(device).toMatchObject({ uid: 'ann', app: 'chat', platform: 'ios', secretCount: 1 })
  })

  it('prints one object with the secret for machines', async () => {
    expect(await jsonOn(world, 'device add ann phone')).toEqual([
      expect.objectContaining({ clientId: 'phone', secret: expect.stringMatching(/^hds_/) }),
    ])
  })

  it('says whose fault it is', async () => {
    const { code, err } = await runOn(world, 'device add bob phone')

    expect({ code, err }).toEqual({ code: 1, err: 'no user "bob" (USER_NOT_FOUND)\n' })
  })
})

describe('herald device list', () => {
  it('prints a table without secrets', async () => {
    await runOn(world, 'device add ann phone --app chat --platform ios')
    await runOn(world, 'device add ann laptop')
    await runOn(world, 'device revoke phone')

    const { out } = await runOn(world, 'device list ann')

    expect(
      timeless(out),
    ).toBe(`CLIENT ID  APP   PLATFORM  PROFILE  ADDED BY  SECRETS  REVOKED                   CREATED
laptop     -     -         all      admin     1        -                         TIME
phone      chat  ios       all      admin     1        TIME  TIME
`)
  })
})

describe('herald device revoke, restore, remove', () => {
  it('says what it has done', async () => {
    await runOn(world, 'device add ann phone')

    const printed: string[] = []
    for (const verb of ['revoke', 'restore', 'remove']) {
      printed.push((await runOn(world, `device ${verb} phone`)).out)
    }

    expect(printed).toEqual([
      'revoked device phone\n',
      'restored device phone\n',
      'removed device phone\n',
    ])
    expect(await jsonOn(world, 'device list ann')).toEqual([])
  })
})

describe('herald device secret, withdraw', () => {
  it('adds a secret, and withdraws the older ones', async () => {
    await runOn(world, 'device add ann phone')

    const added = await runOn(world, 'device secret phone --old-for 1h')
    const withdrawn = await runOn(world, 'device withdraw phone --keep-newest')

    expect(added.out).toMatch(/\nhds_[\w-]{43}\n$/)
    expect(withdrawn.out).toBe('withdrew 1 of the secrets of phone\n')
    const rows = await world.db.selectFrom('deviceSecrets').select('expiresAt').execute()
    expect(rows).toEqual([{ expiresAt: null }])
  })

  it('lets the old ones end when it is told to', async () => {
    await runOn(world, 'device add ann phone')
    const before = Date.now()

    await runOn(world, 'device secret phone --old-for 2h')

    const { expiresAt } = await world.db
      .selectFrom('deviceSecrets')
      .select('expiresAt')
      .where('expiresAt', 'is not', null)
      .executeTakeFirstOrThrow()
    expect((expiresAt?.getTime() ?? 0) - before).toBeGreaterThanOrEqual(7_200_000)
    expect((expiresAt?.getTime() ?? 0) - before).toBeLessThan(7_260_000)
  })

  it('can withdraw them all', async () => {
    await runOn(world, 'device add ann phone')
    await runOn(world, 'device secret phone')

    expect(await jsonOn(world, 'device withdraw phone')).toEqual([
      { clientId: 'phone', withdrawn: 2 },
    ])
  })
})

describe('herald device profile', () => {
  it('says what a device is subscribed to', async () => {
    await runOn(world, 'device add ann watch')

    const { out } = await runOn(world, 'device profile watch direct')

    expect(out).toBe('device watch has the profile direct\n')
    const device = await world.directory.devices.show('watch')
    expect(device.subscriptionProfile).toBe('direct')
  })

  it('takes no other word', async () => {
    await runOn(world, 'device add ann watch')

    expect(await runOn(world, 'device profile watch some')).toMatchObject({
      code: 1,
      err: expect.stringContaining('all, direct, none'),
    })
  })
})
