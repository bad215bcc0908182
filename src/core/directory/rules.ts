import { filterFault } from '../access/topic-filter.ts'
import { DomainError } from '../domain-error.ts'
import { checkIdentifier } from './checks.ts'
import type { DirectoryParts } from './directory-parts.ts'
import { isNumber, type Page, type PageRequest, readPage } from './page.ts'
import type { NewRule, Rule } from './rule.ts'

export interface Rules {
  add(rule: NewRule): Promise<Rule>
  /** In the order in which they were made. */
  list(page?: PageRequest): Promise<Page<Rule>>
  show(id: string): Promise<Rule>
  remove(id: string): Promise<void>
}

const FILTER_BYTES_MAX = 1024

export function createRules(parts: DirectoryParts): Rules {
  const { unitOfWork } = parts
  return {
    add: (rule) => add(parts, rule),
    list: (page = {}) => list(parts, page),
    async show(id) {
      const rule = isNumber(id) ? await unitOfWork.run(({ rules }) => rules.find(id)) : undefined
      if (rule === undefined) throw ruleNotFound(id)
      return rule
    },
    async remove(id) {
      const removed = isNumber(id) && (await unitOfWork.run(({ rules }) => rules.remove(id)))
      if (!removed) throw ruleNotFound(id)
    },
  }
}

function ruleNotFound(id: string): DomainError {
  return new DomainError('RULE_NOT_FOUND', `no rule ${JSON.stringify(id)}`, 'id')
}

async function add({ unitOfWork }: DirectoryParts, rule: NewRule): Promise<Rule> {
  const fault = ruleFilterFault(rule.filter)
  if (fault !== undefined) throw new DomainError('INVALID_FILTER', `filter ${fault}`, 'filter')
  if (rule.scope.kind === 'user') checkIdentifier('uid', rule.scope.uid)
  if (rule.scope.kind === 'group') checkIdentifier('gid', rule.scope.gid)
  return unitOfWork.run(({ rules }) => rules.insert(rule))
}

async function list({ unitOfWork }: DirectoryParts, page: PageRequest): Promise<Page<Rule>> {
  return readPage(
    page,
    ({ id }) => id,
    (slice) => unitOfWork.run(({ rules }) => rules.list(slice)),
    isNumber,
  )
}

function ruleFilterFault(filter: string): string | undefined {
  // Identifiers hold nothing that means something to MQTT, so any other text can stand in for one.
  const example = filter.replaceAll(/\$\{(?:uid|clientid)\}/g, 'x')
  if (example.includes('${')) return 'may use no placeholder but ${uid} and ${clientid}'
  if (example.startsWith('$')) return 'must not begin with "$": those topics are the broker\'s own'
  if (Buffer.byteLength(filter) > FILTER_BYTES_MAX) {
    return `must be at most ${FILTER_BYTES_MAX} bytes of UTF-8`
  }
  return filterFault(example)
}
