import type { ClientInfo } from '../client-info.ts'
import type { Report } from '../events/broker-event.ts'
import { type TopicCheck, topicChecked } from '../events/client-happenings.ts'
import { type BodyTemplate, renderBody, type TopicAction, topicVariables } from './body-template.ts'
import type { HookClient } from './hook-client.ts'
import { decideByRules, type LoginRule } from './login-rule.ts'
import { readTopicAnswer } from './topic-answer.ts'
import type { VerdictCache } from './verdict-cache.ts'

/** The topic rights of one connection. */
export interface TopicRights {
  may(asked: TopicAction): Promise<boolean>
  /** Forgets the verdicts that are cached. */
  forget(): void
}

/** The same for as long as the connection stands: who is gone by the time of the answer may nothing. */
export function whileConnected(rights: TopicRights, isConnected: () => boolean): TopicRights {
  return {
    may: async (asked) => (await rights.may(asked)) && isConnected(),
    forget: rights.forget,
  }
}

export interface TopicRightsParts {
  readonly client: ClientInfo
  /** What the login gave beside the connection. */
  readonly isSuperuser: boolean
  readonly rules: readonly LoginRule[]
  /** Undefined where nobody is to be asked. */
  readonly hook: TopicHook | undefined
  readonly hooks: HookClient
  /** Who decides where nobody has an opinion. */
  readonly noMatch: 'allow' | 'deny'
  readonly cache: VerdictCache
  readonly report: Report
}

export interface TopicHook {
  readonly url: string
  readonly body: BodyTemplate
}

export function createTopicRights(parts: TopicRightsParts): TopicRights {
  const { client, cache, report } = parts
  return {
    async may(asked) {
      const topic = withoutDelay(asked.topic)
      if (topic === undefined) return false
      const decision = await decide(parts, { ...asked, topic })
      report(topicChecked(client, { action: asked.action, topic, ...decision }))
      return decision.result === 'allow'
    },
    forget: () => cache.clear(),
  }
}

/** EMQX asks about `T` where a client says `$delayed/5/T`, and refuses a `$delayed/` without one. */
function withoutDelay(topic: string): string | undefined {
  if (!topic.startsWith('$delayed/')) return topic
  return /^\$delayed\/[^/]*\/(.*)$/s.exec(topic)?.[1]
}

type Decision = Pick<TopicCheck, 'result' | 'authz_source'>

/** Whatever is decided is cached, the verdicts of an outage too. */
async function decide(parts: TopicRightsParts, asked: TopicAction): Promise<Decision> {
  const known = parts.cache.get(asked)
  if (known !== undefined) return { result: known, authz_source: 'cache' }
  const decision = await decideAnew(parts, asked)
  parts.cache.put(asked, decision.result)
  return decision
}

/** EMQX's order: superuser, the login's rules, the hook, `no_match`. */
async function decideAnew(parts: TopicRightsParts, asked: TopicAction): Promise<Decision> {
  if (parts.isSuperuser) return { result: 'allow', authz_source: 'superuser' }
  const byRule = decideByRules(parts.rules, asked, parts.client)
  if (byRule !== undefined) return { result: byRule, authz_source: 'http' }
  const answered = await ask(parts, asked)
  if (answered !== undefined) return { result: answered, authz_source: 'http' }
  return { result: parts.noMatch, authz_source: 'default' }
}

async function ask(
  { client, hook, hooks }: TopicRightsParts,
  asked: TopicAction,
): Promise<'allow' | 'deny' | undefined> {
  if (hook === undefined) return undefined
  const body = renderBody(hook.body, topicVariables(client, asked), client.attributes)
  return readTopicAnswer(await hooks.ask(hook.url, body))
}
