import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { Value } from 'typebox/value'

/**
 * Checks requests with TypeBox's own compiler. Texts in paths and queries become what the schema asks for;
 * a body is taken as it is.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  // Compiled when it is first needed: a start has better things to do.
  let validator: Validator | undefined
  return (given: unknown) => {
    validator ??= Compile(schema)
    const value = httpPart === 'body' ? given : Value.Convert(schema, given)
    return validator.Check(value) ? { value } : { error: faultsOf(validator, value) }
  }
}

const FAULTS_MAX = 20

function faultsOf(validator: Validator, value: unknown): FastifySchemaValidationError[] {
  const faults = validator.Errors(value).slice(0, FAULTS_MAX)
  return faults.map(({ keyword, instancePath, schemaPath, params, message }) => ({
    keyword,
    instancePath,
    schemaPath,
    params: { ...params },
    message,
  }))
}
