import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Directory } from '../../core/directory/directory.ts'
import { sendWithTag } from '../etag.ts'
import { making } from '../making.ts'
import { read, write } from '../operation.ts'
import { sendPage } from '../page.ts'
import { NumberedId, PageQuery, pageOf, parameters } from '../schemas.ts'
import { NOTHING, type WriteParts, writer } from '../write.ts'
import { NewRuleBody, RuleBody, ruleBody } from './rule-schemas.ts'

export interface RuleRoutesOptions extends WriteParts {
  readonly directory: Directory
}

const params = parameters({ id: NumberedId })

export const ruleRoutes: FastifyPluginAsyncTypebox<RuleRoutesOptions> = async (app, options) => {
  const { rules } = options.directory
  const change = writer(options)

  app.get(
    '/rules',
    read('rules', 'listRules', 'Lists ACL rules, in the order in which they were made.', {
      querystring: PageQuery,
      response: { 200: pageOf('RulePage', RuleBody) },
    }),
    async ({ query }) => sendPage(await rules.list(query), ruleBody),
  )

  app.post(
    '/rules',
    write('rules', 'createRule', 'Makes an ACL rule; the next topic question knows it.', {
      body: NewRuleBody,
      response: { 201: RuleBody },
    }),
    async (request, reply) =>
      change(
        request,
        reply,
        making('rule', async ({ directory }) => {
          const body = ruleBody(await directory.rules.add(request.body))
          return { id: body.id, state: body, body }
        }),
      ),
  )

  app.get(
    '/rules/:id',
    read('rules', 'readRule', 'Reads an ACL rule.', { params, response: { 200: RuleBody } }),
    async (request, reply) =>
      sendWithTag(request, reply, ruleBody(await rules.show(request.params.id))),
  )

  app.delete(
    '/rules/:id',
    write('rules', 'deleteRule', 'Deletes an ACL rule; the next topic question knows it.', {
      params,
      response: { 204: NOTHING },
    }),
    async (request, reply) => {
      const { id } = request.params
      return change(request, reply, {
        action: 'rule.delete',
        target: `rule/${id}`,
        async snapshot({ stores }) {
          const rule = await stores.rules.find(id)
          return rule && ruleBody(rule)
        },
        async run({ directory }) {
          await directory.rules.remove(id)
          return { status: 204 }
        },
      })
    },
  )
}
