import { describe, expect, it } from 'vitest'
import type { EventRule } from '../../../src/core/doctor/broker-setup.ts'
import { diagnose } from '../../../src/core/doctor/diagnose.ts'
import type { Examination } from '../../../src/core/doctor/examination.ts'

const SKIPPED = { kind: 'skipped', why: '' } as const

describe('diagnose', () => {
  it('finds rules that have failed, by their counters, where they are about Herald', () => {
    const rules = [
      aRule({ id: 'herald_publish', failed: 3 }),
      aRule({ id: 'theirs', failed: 5, feedsHerald: false }),
    ]

    const failing = findingsOf('rule-failing', anExamination(rules))

    expect(failing.map(({ sentence }) => sentence)).toEqual([
      'The rule herald_publish has failed 3 times.',
    ])
  })

  it.each([
    ['connects', '$events/client_connected'],
    ['connects', '$events/client/connected'],
    ['direct messages', 'user/#'],
    ['group messages', '#'],
  ])('takes a rule for one about who or what %s: %s', (what, from) => {
    const missing = (rules: readonly EventRule[]) =>
      findingsOf('rule-missing', anExamination(rules)).some(({ sentence }) =>
        sentence.includes(what),
      )

    expect([missing([]), missing([aRule({ from: [from] })])]).toEqual([true, false])
  })

  it('needs no acknowledgements without late notifications', () => {
    const examination = anExamination([])
    const herald = { ...examination.herald, hasLatePush: false }

    const missing = findingsOf('rule-missing', { ...examination, herald })

    expect(missing.some(({ sentence }) => sentence.includes('has received'))).toBe(false)
    expect(missing).toHaveLength(1)
  })

  it('lets strangers be decided by the next authenticator where that is wished for', () => {
    const examination = anExamination([])
    const herald = { ...examination.herald, strangers: 'ignore' } as const

    expect(findingsOf('login-last', examination)).toHaveLength(1)
    expect(findingsOf('login-last', { ...examination, herald })).toEqual([])
  })

  it('does not blame a secret that the broker hides', () => {
    expect(findingsOf('hook-secret', anExamination([]))).toEqual([])
  })
})

function findingsOf(name: string, examination: Examination) {
  return diagnose(examination).find(({ check }) => check === name)?.findings ?? []
}

function aRule(overrides: Partial<EventRule>): EventRule {
  return { id: 'a', isOn: true, feedsHerald: true, from: [], failed: 0, ...overrides }
}

function anExamination(rules: readonly EventRule[]): Examination {
  const hook = {
    url: 'http://herald:8080/emqx/5/connect',
    secret: '******',
    timeoutMs: 5000,
    poolSize: 8,
    fields: [],
    isConnected: true,
  }
  return {
    broker: {
      kind: 'seen',
      value: {
        version: '5.8.9',
        aheadMs: 0,
        authenticators: [
          { name: 'password_based:http', isOn: true, hook },
          { name: 'jwt', isOn: true, hook: undefined },
        ],
        sources: [],
        noMatch: 'deny',
        cacheMs: 0,
        mqtt: {
          hasSharedSubscriptions: false,
          hasRetained: false,
          qosMax: 2,
          sessionExpiryMs: 604_800_000,
        },
        autoSubscriptions: [],
        carrier: undefined,
        rules,
      },
    },
    herald: {
      secrets: ['a-secret'],
      deadlineMs: 2000,
      strangers: 'deny',
      hasLatePush: true,
      url: undefined,
    },
    postgres: SKIPPED,
    probe: SKIPPED,
    providers: [],
  }
}
