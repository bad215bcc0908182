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
  await world.directory.devices.add({ uid: 'ann', clientId: 'phone' })
})
afterAll(() => world.close())

const PUSH = 'address add phone --channel push --provider stub'

describe('herald address', () => {
  it('gives a push address to a device, and others to a user', async () => {
    const added = await runOn(world, `${PUSH} --token ${'t'.repeat(40)} --locale zh-CN`)
    await runOn(world, 'address add ann --channel sms --provider stub --token +4930123456')

    const { out } = await runOn(world, 'address list ann')

    expect(added.out).toMatch(/^added address \d+ of phone\n$/)
    expect(
      timeless(out)
        .replaceAll(/^\d+ +/gm, 'N  ')
        .replace(/^ID +/, 'ID '),
    ).toBe(
      `ID CHANNEL  PROVIDER  DEVICE  TOKEN                             LOCALE  REGISTERED
N  push     stub      phone   ttttttttttttttttttttttttttttttt…  zh-CN   TIME
N  sms      stub      -       +4930123456                       -       TIME
`,
    )
  })

  it('removes an address', async () => {
    const [added] = await jsonOn(world, `${PUSH} --token t`)
    const { id } = Object(added)

    expect((await runOn(world, `address remove ${id}`)).out).toBe(`removed address ${id}\n`)
    expect(await jsonOn(world, 'address list ann')).toEqual([])
  })

  it.each([
    ['address add phone --channel pigeon --provider stub --token t', 'Allowed choices are push'],
    ['address add ann --channel push --provider stub --token t', 'DEVICE_NOT_FOUND'],
    ['address add phone --channel sms --provider stub --token +4930123456', 'USER_NOT_FOUND'],
    ['address add ann --channel email --provider stub --token ann', 'INVALID_ADDRESS'],
    ['address remove 99', 'ADDRESS_NOT_FOUND'],
  ])('refuses: %s', async (line, complaint) => {
    const { code, err } = await runOn(world, line)

    expect(code).toBe(1)
    expect(err).toContain(complaint)
  })
})
