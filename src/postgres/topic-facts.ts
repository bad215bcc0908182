import type { Pool } from 'pg'
import type {
  GroupFacts,
  RecipientFacts,
  TopicFacts,
  TopicFactsQuestion,
} from '../core/access/topic-facts.ts'
import type { TopicFactsSource } from '../core/ports/topic-ports.ts'
import { type CoalesceLimits, coalesce } from './coalesce.ts'

/**
 * One row for a whole batch: each question's facts are one number, because 256 rows of ten columns
 * cost Node more than Postgres needs to find them.
 *
 * In a million rows a probe by key costs Postgres 6 to 7 µs, most of it waiting for memory, so no
 * probe is made that can be spared: a device of one's own proves that its user exists (and the index
 * of disabled users is small), a block or a contact that the recipient does, a membership that the
 * group does.
 */
const SQL = `
select
  (select version from acl_rules_version) as version,
  (select string_agg((
      case
        when d.user_id = q.uid then
          case when exists (select from users u where u.id = q.uid and u.disabled_at is not null)
            then 2 else 1 end
          + case when d.revoked_at is null then 4 else 12 end
        else coalesce(
            (select case when u.disabled_at is null then 1 else 2 end from users u where u.id = q.uid),
            (select 3 from deleted_users g where g.id = q.uid and g.released_at is null),
            0)
          + case when d.id is null then 0 else 8 end
        end
      + case
        when q.recipient <> '' then case
          when exists (select from blocks b
            where b.user_id = q.recipient and b.blocked_id = q.uid) then 32
          when exists (select from contacts c
            where c.user_id = q.recipient and c.contact_id = q.uid) then 48
          else coalesce(
            (select 16 + case u.contact_policy when 'everyone' then 64 when 'contacts' then 128 else 0 end
             from users u where u.id = q.recipient),
            0)
          end
        when q.gid <> '' then coalesce(
          (select case m.role when 'member' then 48 when 'admin' then 80 else 112 end
            + case when m.silenced_until > now() then 128 else 0 end
           from memberships m where m.group_id = q.gid and m.user_id = q.uid),
          (select 16
            + case when exists (select from group_bans b
                where b.group_id = g.id and b.user_id = q.uid) then 256 else 0 end
           from groups g where g.id = q.gid),
          0)
          + case when q.invited_to <> '' then coalesce(
              (select 512 from groups g where g.id = q.invited_to and g.invite_policy = 'admins'), 0)
            else 0 end
        else 0 end
    )::text, ',' order by q.n)
   from unnest(
       string_to_array($1, e'\\n'), string_to_array($2, e'\\n'), string_to_array($3, e'\\n'),
       string_to_array($4, e'\\n'), string_to_array($5, e'\\n'))
     with ordinality q (uid, client_id, recipient, gid, invited_to, n)
     left join devices d on d.id = q.client_id) as facts,
  (select string_agg(r.n::text, ',')
   from unnest(string_to_array($6, e'\\n'), string_to_array($7, e'\\n')) with ordinality r (uid, gid, n)
   where exists (select from memberships m where m.group_id = r.gid and m.user_id = r.uid)
  ) as rule_memberships`

interface Row {
  readonly version: string
  readonly facts: string
  readonly rule_memberships: string | null
}

/** Reads topic facts, questions that arrive together in one query. */
export function createTopicFactsSource(
  pool: Pool,
  limits: CoalesceLimits,
  observeBatch?: (size: number) => void,
): TopicFactsSource {
  return { ask: coalesce((questions) => askAll(pool, questions), limits, observeBatch) }
}

async function askAll(
  pool: Pool,
  questions: readonly TopicFactsQuestion[],
): Promise<readonly TopicFacts[]> {
  const pairs = questions.flatMap(({ uid, ruleGids }) => ruleGids.map((gid) => ({ uid, gid })))
  const { rows } = await pool.query<Row>({
    name: 'topic-facts',
    text: SQL,
    values: [
      lines(questions, ({ uid }) => uid),
      lines(questions, ({ clientId }) => clientId),
      lines(questions, ({ subject }) => (subject.kind === 'recipient' ? subject.to : '')),
      lines(questions, ({ subject }) => ('gid' in subject ? subject.gid : '')),
      lines(questions, ({ subject }) => (subject.kind === 'invitation' ? subject.gid : '')),
      lines(pairs, ({ uid }) => uid),
      lines(pairs, ({ gid }) => gid),
    ],
  })
  const [row] = rows
  if (row === undefined) throw new Error('the topic facts query returned no row')
  return readRow(row, questions)
}

/**
 * A text array as lines: identifiers hold no line break, and `pg` would quote every element. The
 * array of one empty text comes out as no text at all, which reads as null and means the same here.
 */
function lines<Of>(rows: readonly Of[], text: (row: Of) => string): string {
  return rows.map(text).join('\n')
}

function readRow(row: Row, questions: readonly TopicFactsQuestion[]): readonly TopicFacts[] {
  const rulesVersion = Number(row.version)
  const numbers = row.facts.split(',')
  const memberships = new Set(row.rule_memberships?.split(',').map(Number))
  let pair = 0
  return questions.map((question, index) => {
    const facts = Number(numbers[index])
    return {
      user: USERS[facts & 3] ?? 'unknown',
      device: DEVICES[(facts >> 2) & 3] ?? 'unknown',
      recipient: question.subject.kind === 'recipient' ? readRecipient(facts) : undefined,
      group: 'gid' in question.subject ? readGroup(facts) : undefined,
      // Ordinality counts from 1, through all questions' groups.
      ruleGids: question.ruleGids.filter(() => memberships.has(++pair)),
      rulesVersion,
    }
  })
}

const USERS = ['unknown', 'active', 'disabled', 'deleted'] as const
const DEVICES = ['unknown', 'own', 'foreign', 'revoked'] as const
const ROLES = [undefined, 'member', 'admin', 'owner'] as const
const RELATIONS = ['absent', 'stranger', 'blocking', 'contact'] as const
const CONTACT_POLICIES = [undefined, 'everyone', 'contacts'] as const

function readRecipient(facts: number): RecipientFacts {
  return {
    relation: RELATIONS[(facts >> 4) & 3] ?? 'absent',
    contactPolicy: CONTACT_POLICIES[(facts >> 6) & 3],
  }
}

function readGroup(facts: number): GroupFacts {
  return {
    exists: (facts & 16) !== 0,
    role: ROLES[(facts >> 5) & 3],
    isSilenced: (facts & 128) !== 0,
    isBanned: (facts & 256) !== 0,
    invitePolicy: (facts & 512) === 0 ? 'members' : 'admins',
  }
}
