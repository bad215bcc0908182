import { readFileSync } from 'node:fs'
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { openShelf } from '../../src/compose/provider-shelf.ts'
import { ConfigFaults } from '../../src/config/config-faults.ts'
import type { ServedProvider } from '../../src/core/delivery/delivery-parts.ts'
import type { ProviderKind } from '../../src/providers/provider-kind.ts'
import { readProviders } from '../../src/providers/read-providers.ts'
import { scratchFolder } from '../postgres/embedded/scratch-folder.ts'
import { aProvider } from '../support/a-provider.ts'

/** Opens providers that say with which key they were opened, and notes those that are closed. */
function pigeonKind(closed: string[]): ProviderKind {
  return {
    kind: 'pigeon',
    channels: ['push'],
    tokenFault: () => undefined,
    canonicalToken: (token) => token,
    read(fields) {
      const { name } = fields
      const key = fields.secret('key')
      if (key === undefined) return undefined
      const provider = {
        ...aProvider(async () => ({ kind: 'accepted', providerId: key }), name),
        close: async () => void closed.push(key),
      }
      const open = async () => {
        if (key === 'broken') throw new Error('no such key')
        return [provider]
      }
      return { names: [name], open }
    },
  }
}

async function openWorld(path: string) {
  const closed: string[] = []
  const logged: string[] = []
  const kinds = [pigeonKind(closed)]
  const sources = { env: {}, readFile: (file: string) => readFileSync(file, 'utf8') }
  const reread = () => {
    const { entries, faults } = readProviders({ path, standing: {}, kinds, sources })
    if (faults.length > 0) {
      throw new ConfigFaults(faults.map(({ path: name, ...fault }) => ({ name, ...fault })))
    }
    return entries
  }
  let served: readonly ServedProvider[] = []
  const world = { closed, logged, lastCall: Promise.resolve(), served: () => served }
  const shelf = await openShelf({
    entries: reread(),
    reread,
    parts: {
      render: () => undefined,
      publicUrl: undefined,
      linkKey: undefined,
      log: { info() {}, warn() {} },
      now: Date.now,
    },
    log: pino({}, { write: (line) => void logged.push(line) }),
    async serve(providers) {
      served = providers
      await world.lastCall
    },
  })
  return Object.assign(world, { shelf })
}

/** A folder as Kubernetes mounts a secret: files are links through `..data`, which is exchanged whole. */
async function mountSecret(folder: string, key: string, version: number): Promise<void> {
  const data = join(folder, `..${version}`)
  await mkdir(data)
  await writeFile(join(data, 'key'), key)
  await symlink(`..${version}`, join(folder, '..next'))
  await rename(join(folder, '..next'), join(folder, '..data'))
  if (version === 1) await symlink('..data/key', join(folder, 'key'))
}

async function secretFile() {
  const folder = await scratchFolder()
  await mountSecret(folder, 'one', 1)
  const path = join(folder, 'providers.json')
  const entry = { kind: 'pigeon', key: { file: join(folder, 'key') } }
  await writeFile(path, JSON.stringify({ first: entry, pigeon: { key: entry.key } }))
  return { folder, path, entry }
}

describe('the shelf of providers', () => {
  it('takes a secret that Kubernetes has exchanged', async () => {
    const { folder, path } = await secretFile()
    const world = await openWorld(path)

    await mountSecret(folder, 'two', 2)
    await world.shelf.reload()

    const [provider] = world.served().map((one) => one.provider)
    const sent = await provider?.send(Object(undefined), AbortSignal.abort())
    expect(sent).toEqual({ kind: 'accepted', providerId: 'two' })
    expect(world.closed).toEqual(['one', 'one'])
    expect(world.logged.join()).toContain('"changed":["first","pigeon"]')
    expect(world.logged.join()).not.toContain('two')
  })

  it('closes those before once nobody calls them any more', async () => {
    const { folder, path } = await secretFile()
    const world = await openWorld(path)
    const call = Promise.withResolvers<void>()
    world.lastCall = call.promise
    await mountSecret(folder, 'two', 2)

    const reloaded = world.shelf.reload()
    await new Promise(setImmediate)
    const closedBefore = [...world.closed]
    call.resolve()
    await reloaded

    expect(closedBefore).toEqual([])
    expect(world.closed).toEqual(['one', 'one'])
  })

  it('leaves those alone that have not changed', async () => {
    const { path, entry } = await secretFile()
    const world = await openWorld(path)
    const [before] = world.served()

    await writeFile(path, JSON.stringify({ first: entry, third: entry }))
    await world.shelf.reload()

    expect(world.served()[0]?.provider).toBe(before?.provider)
    expect(world.served().map(({ provider }) => provider.name)).toEqual(['first', 'third'])
    expect(world.shelf.find('third')?.entry.kind).toBe('pigeon')
    expect(world.shelf.find('pigeon')).toBeUndefined()
    expect(world.closed).toEqual(['one'])
  })

  it.each([
    ['the file is broken', '{', 'is not JSON'],
    ['a secret is missing', '{"pigeon": {"key": {"file": "/nowhere"}}}', "can't be read"],
  ])('keeps all as they are where %s', async (_, content, words) => {
    const { path } = await secretFile()
    const world = await openWorld(path)
    const before = world.served()

    await writeFile(path, content)
    await world.shelf.reload()

    expect(world.served()).toBe(before)
    expect(world.closed).toEqual([])
    expect(world.logged.join()).toContain('providers were not reloaded')
    expect(world.logged.join()).toContain(words)
  })

  it('keeps all as they are where one can’t be opened', async () => {
    const { folder, path } = await secretFile()
    const world = await openWorld(path)

    await mountSecret(folder, 'broken', 2)
    await world.shelf.reload()

    expect(world.closed).toEqual([])
    expect(world.shelf.find('first')).toBeDefined()
    expect(world.logged.join()).toContain('no such key')
  })
})
