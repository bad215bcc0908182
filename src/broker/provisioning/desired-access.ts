import { type Block, block, set } from './block.ts'
import { bodyOf, CONNECT_PATH, headers, patience, TOPIC_PATH } from './hook-endpoint.ts'
import type { BrokerWishes } from './wishes.ts'

/** Who may log in. */
export function desiredAuthenticator(wishes: BrokerWishes): Block {
  return block(
    set('mechanism', 'password_based'),
    set('backend', 'http'),
    set('enable', true),
    set('method', 'post'),
    set(
      'url',
      `${wishes.heraldUrl}${CONNECT_PATH}`,
      'Herald spells its refusals for EMQX 5 and 6 here. Never point them at /emqx/4: what means "no" there is taken for "no opinion" here.',
    ),
    headers(wishes),
    set(
      'body',
      bodyOf(['clientid', 'username', 'password', 'peerhost']),
      'Only placeholders that every version knows: one that a version does not know is sent as it stands, and on 5.8 it keeps others of the same body from being filled in.',
    ),
    ...patience(),
  )
}

/** Who may use which topic. */
export function desiredAuthorizer(wishes: BrokerWishes): Block {
  return block(
    set('type', 'http'),
    set('enable', true),
    set('method', 'post'),
    set('url', `${wishes.heraldUrl}${TOPIC_PATH}`),
    headers(wishes),
    set(
      'body',
      bodyOf(['clientid', 'username', 'action', 'topic', 'qos', 'retain']),
      'With "retain" Herald refuses retained messages to people, and the broker may keep them for other topics.',
    ),
    ...patience(),
  )
}

/** What holds around the authorizer. The keys are those of `/authorization/settings`. */
export function desiredAuthorization({ form }: BrokerWishes): Block {
  return block(
    set(
      'no_match',
      'deny',
      form === '6.0'
        ? 'What Herald does not answer is refused, in an outage above all. 6.0 has it so by itself; it stands here because all depends on it.'
        : 'What Herald does not answer is refused. Up to 5.10 the default is "allow": an outage of Herald would open every topic.',
    ),
    set(
      'deny_action',
      'ignore',
      '"disconnect" would cut the connection at the first refused topic, and publish the will.',
    ),
    set(
      'cache',
      block(set('enable', true), set('max_size', 32), set('ttl', CACHE_TTL)),
      'Verdicts are kept per connection. A right that is withdrawn lives on for as long, and so does a refusal of an outage (default: 1m): short, but long enough that a burst of messages asks once.',
    ),
  )
}

const CACHE_TTL = '10s'
