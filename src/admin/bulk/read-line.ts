import { isUtf8 } from 'node:buffer'
import { Compile, type Validator } from 'typebox/compile'
import { identifierFault } from '../../core/access/identifier.ts'
import {
  IMPORT_KINDS,
  type ImportKind,
  type ImportLine,
  type ReadLine,
} from '../../core/bulk/import-line.ts'
import { checkText } from '../../core/directory/checks.ts'
import { DomainError } from '../../core/domain-error.ts'
import { LINE_SCHEMAS } from './line-schemas.ts'

/** Makes a reader of an import's lines. It compiles what it needs when it first needs it. */
export function createLineReader(): (line: Buffer) => ReadLine {
  const validators = new Map<ImportKind, Validator>()

  function validatorOf(kind: ImportKind): Validator {
    const known = validators.get(kind)
    if (known !== undefined) return known
    const compiled = Compile(LINE_SCHEMAS[kind])
    validators.set(kind, compiled)
    return compiled
  }

  return (bytes) => {
    const value = parse(bytes)
    if (typeof value !== 'object' || value === null) {
      return refuse('', 'the line must be a JSON object in UTF-8')
    }
    const named = 'kind' in value ? value.kind : undefined
    const kind = IMPORT_KINDS.find((one) => one === named)
    if (kind === undefined) return refuse('kind', `kind must be one of ${IMPORT_KINDS.join(', ')}`)
    const validator = validatorOf(kind)
    if (!isLine(validator, value)) return faultOf(validator, value)
    return faultInText(value) ?? { line: value }
  }
}

function parse(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) return undefined
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

function isLine(validator: Validator, value: unknown): value is ImportLine {
  return validator.Check(value)
}

function faultOf(validator: Validator, value: unknown): ReadLine {
  const [first] = validator.Errors(value)
  const params: Record<string, unknown> = { ...first?.params }
  const [name] = [params.requiredProperties, params.additionalProperties].flat().map(String)
  const field = first?.instancePath.slice(1) || (name === 'undefined' ? '' : (name ?? ''))
  return refuse(field, `${field} ${first?.message ?? 'is not as it must be'}`.trim())
}

/** What a schema can't see: bytes, and halves of surrogate pairs. */
function faultInText(line: ImportLine): ReadLine | undefined {
  for (const [field, value] of Object.entries(line)) {
    if (typeof value !== 'string') continue
    if (IDENTIFIERS.has(field)) {
      const fault = identifierFault(value)
      if (fault !== undefined) return refuse(field, `${field} ${fault}`, 'INVALID_IDENTIFIER')
    } else if (!value.isWellFormed() || value.length * 3 > TEXT_BYTES_SURE) {
      const refusal = textFault(field, value)
      if (refusal !== undefined) return refusal
    }
  }
  return undefined
}

const IDENTIFIERS: ReadonlySet<string> = new Set(['uid', 'gid', 'clientId', 'owner'])

/** A text of fewer bytes fits everywhere. */
const TEXT_BYTES_SURE = 105
const TEXT_BYTES_MAX: Readonly<Record<string, number>> = {
  displayName: 512,
  app: 128,
  platform: 128,
}
const TOKEN_BYTES_MAX = 4096

function textFault(field: string, value: string): ReadLine | undefined {
  try {
    checkText(field, value, TEXT_BYTES_MAX[field] ?? TOKEN_BYTES_MAX)
    return undefined
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return refuse(field, error.message, error.code)
  }
}

function refuse(field: string, detail: string, code = 'INVALID_REQUEST'): ReadLine {
  return { refusal: { code, field: field === '' ? undefined : field, detail } }
}
