import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

/** What tests read of an OpenAPI document. */
export interface OpenApiDocument {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>
    /** What operations refer to; `operationsOf` has them in their places. */
    readonly responses: OpenApiOperation['responses']
  }
}

export interface OpenApiOperation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly security: readonly object[]
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly schema: object
  }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> }
  readonly responses: Readonly<Record<string, OpenApiResponse>>
}

export interface OpenApiResponse {
  readonly $ref?: string
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>
}

export function isDocument(value: unknown): value is OpenApiDocument {
  return typeof value === 'object' && value !== null && 'openapi' in value && 'paths' in value
}

/** An operation with where it is. */
export interface FoundOperation extends OpenApiOperation {
  readonly method: string
  readonly path: string
}

export function operationsOf(document: OpenApiDocument): readonly FoundOperation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      ...operation,
      responses: resolved(operation.responses, document),
      method: method.toUpperCase(),
      path,
    })),
  )
}

function resolved(
  responses: OpenApiOperation['responses'],
  { components }: OpenApiDocument,
): OpenApiOperation['responses'] {
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => {
      const name = response.$ref?.split('/').at(-1) ?? ''
      return [status, components.responses[name] ?? response]
    }),
  )
}

/** Throws where an answer is not as the document says. */
export type AnswerCheck = (method: string, url: string, status: number, body: unknown) => void

export function createAnswerCheck(document: OpenApiDocument): AnswerCheck {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema({ ...document, $id: 'document' })
  const operations = operationsOf(document).map((operation) => ({
    operation,
    pattern: new RegExp(`^${operation.path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
  }))
  return (method, url, status, body) => {
    const [path = ''] = url.split('?')
    const candidates = operations.filter(
      (one) => one.operation.method === method && one.pattern.test(path),
    )
    // A literal path wins over one with parameters, as it does in the router.
    const { operation } =
      candidates.find((one) => one.operation.path === path) ?? candidates[0] ?? {}
    if (operation === undefined) return
    const response = operation.responses[status]
    const what = `${operation.operationId} answered ${status}`
    if (response === undefined) throw new Error(`${what}, which the document does not have`)
    const [content] = Object.keys(response.content ?? {})
    if (content === undefined) {
      if (body !== undefined) throw new Error(`${what} with a body: ${JSON.stringify(body)}`)
      return
    }
    const written = document.paths[operation.path]?.[method.toLowerCase()]?.responses[status]
    const at = ['paths', operation.path, method.toLowerCase(), 'responses', String(status)]
    const place = written?.$ref?.slice(2) ?? at.map(escapePointer).join('/')
    const validate = ajv.getSchema(`document#/${place}/content/${escapePointer(content)}/schema`)
    if (validate === undefined) throw new Error(`${what} by a schema that can't be found`)
    if (validate(body)) return
    throw new Error(
      `${what} not as documented: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(body)}`,
    )
  }
}

function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
}
