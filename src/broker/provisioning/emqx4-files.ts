import type { RenderedFile } from '../../core/ports/provisioning.ts'
import { type Block, block, type Entry, set } from './block.ts'
import { PROOF_HEADER } from './hook-endpoint.ts'
import type { BrokerWishes } from './wishes.ts'
import { commentOf } from './write-hocon.ts'
import { writeLines } from './write-lines.ts'

/** EMQX 4 is set up by its files alone: it has no API for any of this. */
export function emqx4Files(wishes: BrokerWishes): readonly RenderedFile[] {
  return [
    fileOf('emqx.conf', EMQX_INTRODUCTION, emqxConf()),
    { name: 'herald-acl.conf', text: NO_RULES },
    fileOf('emqx_auth_http.conf', AUTH_INTRODUCTION, authConf(wishes)),
    fileOf('emqx_web_hook.conf', HOOK_INTRODUCTION, hookConf(wishes)),
    fileOf('emqx_management.conf', MANAGEMENT_INTRODUCTION, managementConf()),
  ]
}

function fileOf(name: string, introduction: string, conf: Block): RenderedFile {
  return { name, text: [...commentOf(introduction), '', writeLines(conf)].join('\n') }
}

const SECRETS = `EMQX 4 fills in nothing from its environment where a name has a dash: put the secrets in before it starts, for example by envsubst '$HERALD_SECRET $HERALD_EMQX_API_SECRET' < ….`

const EMQX_INTRODUCTION = `What EMQX 4 needs in etc/emqx.conf, in place of what is there under the same names. Made by "herald emqx render". Load the plugins emqx_auth_http, emqx_web_hook and emqx_management.`

function emqxConf(): Block {
  return block(
    set('allow_anonymous', false, 'Otherwise a question that fails lets the client in.'),
    set('acl_nomatch', 'deny', 'Otherwise an outage of Herald opens every topic.'),
    set(
      'acl_file',
      'etc/herald-acl.conf',
      'The stock file ends in "allow all". This one has no rules; it stands beside this file.',
    ),
    set(
      'acl_deny_action',
      'ignore',
      '"disconnect" would cut the connection, and publish the will.',
    ),
    set(
      'enable_acl_cache',
      'on',
      'A right that is withdrawn lives on for as long, and so does a refusal of an outage.',
    ),
    set('acl_cache_max_size', 32),
    set('acl_cache_ttl', '10s'),
    set('zone.external.enable_acl', 'on'),
    set(
      'mqtt.retain_available',
      false,
      'EMQX 4 does not say whether a message is to be retained, so Herald cannot refuse it for the topics of people. If other topics of yours need retained messages, switch it on and see to it by the ACL of your own.',
    ),
    set(
      'mqtt.shared_subscription',
      false,
      '"$share/g/user/ann/#" reaches Herald without its "$share/g/".',
    ),
    set(
      'zone.external.session_expiry_interval',
      '7d',
      'How long a session that was not started clean outlives its connection, with the messages that wait for the device; the default is 2h.',
    ),
    set(
      'zone.external.max_mqueue_len',
      1000,
      'Messages that wait for one device, at most; then the oldest goes. They are in the memory of one node, and gone when it restarts.',
    ),
  )
}

const NO_RULES = `%% No rules: what Herald does not answer is decided by acl_nomatch.\n`

const AUTH_INTRODUCTION = `EMQX 4 and 2 ask Herald who may log in and who may use which topic. This is etc/plugins/emqx_auth_http.conf, made by "herald emqx render".

${SECRETS}

Of these answers only the HTTP status counts: 200 is yes, whatever the body says. Never point EMQX 4 at /emqx/5, where a refusal is 200 too.`

function authConf({ heraldUrl }: BrokerWishes): Block {
  return block(
    ...requestOf(
      'auth_req',
      `${heraldUrl}/emqx/4/connect`,
      'clientid=%c,username=%u,password=%P,ipaddr=%a',
      '401: wrong user name or password. 403: not allowed. 503: try later.',
    ),
    ...requestOf(
      'super_req',
      `${heraldUrl}/emqx/4/superuser`,
      'clientid=%c,username=%u',
      'Asked after each accepted login. A superuser is asked nothing more, so Herald makes nobody one; leave these lines out to save the question.',
    ),
    ...requestOf(
      'acl_req',
      `${heraldUrl}/emqx/4/topic`,
      'access=%A,username=%u,clientid=%c,ipaddr=%a,topic=%t',
      'By GET a topic of 65,535 bytes would have to fit into the request line; POST has no such limit.',
    ),
    set('auth.http.timeout', '5s', "Longer than Herald's own deadline (HERALD_HOOK_DEADLINE, 2s)."),
    set('auth.http.connect_timeout', '2s'),
    set('auth.http.pool_size', 8),
    set(
      'auth.http.enable_pipelining',
      100,
      'EMQX 2 writes the same settings without ".url" (auth.http.auth_req = http://…), knows no headers (let HERALD_HOOK_ALLOW name its address instead), and sends ACL questions by GET: all are served.',
    ),
  )
}

function requestOf(name: string, url: string, params: string, why: string): readonly Entry[] {
  const key = (setting: string) => `auth.http.${name}.${setting}`
  return [
    set(key('url'), url, why),
    set(key('method'), 'post'),
    set(key('headers.content-type'), 'application/x-www-form-urlencoded'),
    set(key(`headers.${PROOF_HEADER}`), '${HERALD_SECRET}'),
    set(key('params'), params),
  ]
}

const HOOK_INTRODUCTION = `EMQX 4 reports to Herald what happens. This is etc/plugins/emqx_web_hook.conf, made by "herald emqx render".

${SECRETS}

The plugin has no buffer and tries nothing again: what Herald cannot store within a second is lost, see docs/events.md.`

function hookConf({ heraldUrl }: BrokerWishes): Block {
  const rule = (name: string, content: object) =>
    set(`web.hook.rule.${name}`, JSON.stringify(content))
  return block(
    set('web.hook.url', `${heraldUrl}/emqx/4/events`),
    set('web.hook.headers.content-type', 'application/json'),
    set(`web.hook.headers.${PROOF_HEADER}`, '${HERALD_SECRET}'),
    set(
      'web.hook.body.encoding_of_payload_field',
      'base64',
      'Set HERALD_PAYLOAD_ENCODING=base64 too. Plain, a payload that is no UTF-8 breaks the JSON.',
    ),
    set(
      'web.hook.pool_size',
      8,
      'A client always uses the same connection, so its events stay in order.',
    ),
    set('web.hook.enable_pipelining', true),
    {
      ...rule('client.connected.1', { action: 'on_client_connected' }),
      why: 'Each line costs its client a wait, so there are no more of them than Herald has a use for.',
    },
    rule('client.disconnected.1', { action: 'on_client_disconnected' }),
    rule('message.publish.1', { action: 'on_message_publish', topic: 'user/#' }),
    rule('message.publish.2', { action: 'on_message_publish', topic: 'group/#' }),
  )
}

const MANAGEMENT_INTRODUCTION = `The API key that Herald calls EMQX 4 with, for etc/plugins/emqx_management.conf. Made by "herald emqx render". Let the API listen where Herald reaches it and nobody else does.

${SECRETS}`

function managementConf(): Block {
  return block(
    set('management.default_application.id', 'herald'),
    set(
      'management.default_application.secret',
      '${HERALD_EMQX_API_SECRET}',
      'The same secret is HERALD_EMQX_API_SECRET.',
    ),
  )
}
