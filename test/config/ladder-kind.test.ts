import { describe, expect, it } from 'vitest'
import { type Ladder, type Ladders, ladder } from '../../src/config/kinds/ladder-kind.ts'

const PUSH: Ladder = [{ channel: 'push', afterMs: 0 }]

describe('a ladder', () => {
  it.each<[string, Ladders]>([
    ['push', { byDefault: PUSH, byKind: {} }],
    [
      'push; 10m sms; 1h email',
      {
        byDefault: [
          ...PUSH,
          { channel: 'sms', afterMs: 600_000 },
          { channel: 'email', afterMs: 3_600_000 },
        ],
        byKind: {},
      },
    ],
    [
      'push | invitation: 5m email | friend-request: sms',
      {
        byDefault: PUSH,
        byKind: {
          invitation: [{ channel: 'email', afterMs: 300_000 }],
          'friend-request': [{ channel: 'sms', afterMs: 0 }],
        },
      },
    ],
  ])('is %s, and is written so', (text, ladders) => {
    expect(ladder.read(text)).toEqual({ kind: 'value', value: ladders })
    expect(ladder.write(ladders)).toBe(text)
  })

  it('is push alone where only some kinds have one of their own', () => {
    expect(ladder.read('invitation:email')).toMatchObject({ value: { byDefault: PUSH } })
  })

  it('is read with any white space, and a wait of nothing', () => {
    expect(ladder.read('0s push ;  10m   sms')).toEqual(ladder.read('push; 10m sms'))
  })

  it.each([
    ['pigeon', /"pigeon" is no step/],
    ['soon sms', /"soon sms" is no step/],
    ['push;', /"" is no step/],
    ['push; push', /"push" does not come after/],
    ['10m sms; 5m email', /"5m email" does not come after/],
    ['push; 10m push', /climbs to push twice/],
    ['gossip: push', /"gossip" is no kind of message/],
    ['push | sms', /says twice what every kind of message gets/],
    ['invitation: push | invitation: sms', /says twice what invitation gets/],
  ])('is not %j', (text, problem) => {
    expect(ladder.read(text)).toMatchObject({
      kind: 'fault',
      problem: expect.stringMatching(problem),
      remedy: expect.stringMatching(/./),
    })
  })
})
