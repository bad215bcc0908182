import { describe, expect, it } from 'vitest'
import { readLoginRule } from '../../../../demo/broker/hooks/login-rule.ts'

const RULE = { permission: 'allow', action: 'all', topic: 'a/#' }

describe('readLoginRule', () => {
  it('takes a rule for every QoS and retain flag where it names none', () => {
    expect(readLoginRule(RULE)).toEqual({
      permission: 'allow',
      action: 'all',
      topics: ['a/#'],
      qos: [0, 1, 2],
      retain: 'all',
    })
  })

  it.each([
    [{ action: 'pub' }, { action: 'publish' }],
    [{ action: 'sub' }, { action: 'subscribe' }],
    [{ qos: 1 }, { qos: [1] }],
    [{ qos: '0,2' }, { qos: [0, 2] }],
    [{ qos: ['0', 1] }, { qos: [0, 1] }],
    [{ qos: null }, { qos: [0, 1, 2] }],
    [{ retain: 'true' }, { retain: true }],
    [{ retain: 0 }, { retain: false }],
    [{ topic: undefined, topics: ['a', 'eq b/+'] }, { topics: ['a', 'eq b/+'] }],
  ])('reads %j as EMQX does', (given, read) => {
    expect(readLoginRule({ ...RULE, ...given })).toMatchObject(read)
  })

  it.each([
    { permission: 'ALLOW' },
    { permission: undefined },
    { action: 'write' },
    { topic: undefined },
    { topic: 1 },
    { topic: undefined, topics: ['a', 1] },
    { qos: 3 },
    { qos: '0,x' },
    { qos: true },
    { retain: 'maybe' },
  ])('calls %j malformed', (spoilt) => {
    expect(readLoginRule({ ...RULE, ...spoilt })).toBeUndefined()
  })

  it.each([null, 'allow', 7, [RULE]])('calls %j malformed', (value) => {
    expect(readLoginRule(value)).toBeUndefined()
  })
})
