import { describe, expect, it } from 'vitest'
import {
  isTopicFilter,
  isTopicName,
  splitShare,
  topicMatches,
} from '../../../../demo/broker/routing/topics.ts'

describe('topicMatches', () => {
  // The examples of MQTT 5.0 §4.7.1 and §4.7.2.
  it.each([
    ['sport/tennis/player1', 'sport/tennis/player1/#', true],
    ['sport/tennis/player1/score/wimbledon', 'sport/tennis/player1/#', true],
    ['sport', 'sport/#', true],
    ['sport/tennis/player1', 'sport/tennis/+', true],
    ['sport/tennis/player1/ranking', 'sport/tennis/+', false],
    ['sport', 'sport/+', false],
    ['sport/', 'sport/+', true],
    ['/finance', '+/+', true],
    ['/finance', '/+', true],
    ['/finance', '+', false],
    ['$SYS/monitor/Clients', '#', false],
    ['$SYS/monitor/Clients', '+/monitor/Clients', false],
    ['$SYS/monitor/Clients', '$SYS/#', true],
    ['anything/at/all', '#', true],
    ['a//b', 'a/+/b', true],
    ['ACCOUNTS', 'Accounts', false],
  ])('takes %j for %j: %j', (topic, filter, matches) => {
    expect(topicMatches(topic, filter)).toBe(matches)
  })

  it('takes "+" for any level of a filter, as EMQX does with the filter of a SUBSCRIBE', () => {
    expect(topicMatches('x/#', 'x/+')).toBe(true)
  })
})

describe('isTopicFilter', () => {
  it.each(['a', '/', '+', '#', 'a/+/b', 'a/#', '+/+/#', '$SYS/#', '$share/g/a/#', '$shared/a'])(
    'takes %j',
    (filter) => {
      expect(isTopicFilter(filter)).toBe(true)
    },
  )

  it.each([
    '',
    'a+',
    '+a',
    'a/b#',
    '#/a',
    'a/#/b',
    'a\u0000',
    '$share/g',
    '$share//a',
    '$share/#/a',
  ])('refuses %j', (filter) => {
    expect(isTopicFilter(filter)).toBe(false)
  })

  it('refuses more than 65,535 bytes', () => {
    expect(isTopicFilter('ü'.repeat(32_767))).toBe(true)
    expect(isTopicFilter('ü'.repeat(32_768))).toBe(false)
  })
})

describe('isTopicName', () => {
  it.each(['a', '/', 'a b/ü', '$SYS/x'])('takes %j', (topic) => {
    expect(isTopicName(topic)).toBe(true)
  })

  it.each(['', '+', '#', 'a/+', 'a#b', 'a\u0000b'])('refuses %j', (topic) => {
    expect(isTopicName(topic)).toBe(false)
  })
})

describe('splitShare', () => {
  it('takes the group off, and nothing else', () => {
    expect(splitShare('$share/g/a/+/#')).toEqual({ group: 'g', filter: 'a/+/#' })
    expect(splitShare('$share/g//a')).toEqual({ group: 'g', filter: '/a' })
    expect(splitShare('share/g/a')).toEqual({ group: undefined, filter: 'share/g/a' })
  })
})
