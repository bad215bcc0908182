import { describe, expect, it } from 'vitest'
import { markRead, type ReadRequest } from '../../../src/core/directory/mark-read.ts'
import type { ReadMarker } from '../../../src/core/ports/read-marker.ts'
import { refusalOf } from '../../support/directory-world.ts'

const NOW = Date.parse('2026-11-25T12:00:00Z')
const ELEVEN = Date.parse('2026-11-25T11:00:00Z')

/** Marks up to the time that it is told, or 11:00 for a message. */
const marker: ReadMarker = {
  async mark({ uid, conversation, upTo, deviceId }) {
    if (uid === 'nobody') return 'unknown-user'
    if (upTo.kind === 'time') return { uid, conversation, deviceId, readAt: upTo.at }
    if (upTo.appId !== 'm-1') return 'unknown-message'
    return { uid, conversation, readAt: ELEVEN }
  },
}

function mark(request: Partial<ReadRequest>) {
  const ann = { uid: 'ann', conversation: 'user/bob' }
  return markRead({ marker, nowMs: NOW }, { ...ann, ...request })
}

describe('marking a conversation as read', () => {
  it('goes up to now, if nothing else is said', async () => {
    expect(await mark({ deviceId: 'phone' })).toEqual({
      uid: 'ann',
      conversation: 'user/bob',
      readAt: NOW,
      deviceId: 'phone',
    })
  })

  it('goes up to a time, or a message', async () => {
    const at = NOW - 1

    expect(await mark({ upTo: { kind: 'time', at } })).toMatchObject({ readAt: at })
    expect(await mark({ upTo: { kind: 'message', appId: 'm-1' } })).toMatchObject({
      readAt: ELEVEN,
    })
  })

  it.each<[Partial<ReadRequest>, string]>([
    [{ uid: '#' }, 'INVALID_IDENTIFIER uid'],
    [{ uid: 'nobody' }, 'USER_NOT_FOUND uid'],
    [{ deviceId: 'a/b' }, 'INVALID_IDENTIFIER deviceId'],
    [{ conversation: 'bob' }, 'INVALID_CONVERSATION conversation'],
    [{ upTo: { kind: 'time', at: NOW + 1 } }, 'INVALID_TIME upTo'],
    [{ upTo: { kind: 'time', at: Number.NaN } }, 'INVALID_TIME upTo'],
    [{ upTo: { kind: 'message', appId: 'm-2' } }, 'MESSAGE_NOT_FOUND upTo'],
    [{ upTo: { kind: 'message', appId: '' } }, 'INVALID_TEXT upTo'],
  ])('refuses %j', async (request, refusal) => {
    expect(await refusalOf(mark(request))).toBe(refusal)
  })
})
