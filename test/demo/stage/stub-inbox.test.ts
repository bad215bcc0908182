import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStubInbox, type StubInbox } from '../../../demo/stage/stub-inbox.ts'
import { closeAfterEach, closeLater } from '../../support/broker-world.ts'

closeAfterEach()

async function openInbox(): Promise<StubInbox> {
  const folder = await mkdtemp(join(tmpdir(), 'herald-inbox-'))
  closeLater(() => rm(folder, { recursive: true }))
  const inbox = openStubInbox(join(folder, 'stub.jsonl'))
  closeLater(() => inbox.close())
  return inbox
}

function line(body: string): string {
  const address = { id: '1', channel: 'push', token: 't', uid: 'bob', deviceId: 'bobs-phone' }
  const notification = { messageId: 'm', kind: 'direct-message', badge: 1, isSilent: false }
  return `${JSON.stringify({ address, notification, text: { title: 'ann', body } })}\n`
}

describe("the stub's inbox", () => {
  it('is empty before there is anything', async () => {
    expect(await (await openInbox()).all()).toEqual([])
  })

  it('finds what is there already', async () => {
    const inbox = await openInbox()
    await appendFile(inbox.file, line('one') + line('two'))

    expect((await inbox.next(({ body }) => body === 'two')).body).toBe('two')
  })

  it('waits for what is not there yet, and for its last byte', async () => {
    const inbox = await openInbox()
    const found = inbox.next(({ body }) => body === 'two')
    const text = line('one') + line('two')

    for (let at = 0; at < text.length; at += 25)
      await appendFile(inbox.file, text.slice(at, at + 25))

    expect((await found).body).toBe('two')
  })
})
