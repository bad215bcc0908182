import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { IDENTIFIER_BYTES_MAX, isIdentifier } from '../../src/core/access/identifier.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { sized } from '../support/size.ts'

let database: TestDatabase

/** Tries an identifier in each table and leaves nothing behind: whether each of them took it. */
const TRY = `
create function try_identifier(identifier text) returns boolean[] language plpgsql as $$
declare
  answers boolean[] := '{}';
  statement text;
begin
  foreach statement in array array[
    'insert into users (id) values ($1)',
    'insert into devices (id, user_id) values ($1, ''owner'')',
    'insert into groups (id) values ($1)'
  ] loop
    begin
      execute statement using identifier;
      raise exception sqlstate 'HU000';
    exception
      when sqlstate 'HU000' then answers := answers || true;
      when check_violation then answers := answers || false;
    end;
  end loop;
  return answers;
end $$`

beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query(TRY)
  await database.pool.query(`insert into users (id) values ('owner')`)
})
afterAll(() => database.drop())

async function ask(identifiers: readonly string[]): Promise<readonly (readonly boolean[])[]> {
  const { rows } = await database.pool.query<{ answers: boolean[] }>(
    `select try_identifier(identifier) as answers
      from unnest($1::text[]) with ordinality t (identifier, n) order by n`,
    [identifiers],
  )
  return rows.map(({ answers }) => answers)
}

// Postgres' text can't hold U+0000, whatever the constraint says, and a lone surrogate has no UTF-8.
const character = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })
const suspect = fc.constantFrom(
  ...'+#/$\u0001\u001f\u007f\u0080\u009f\u00a0 aé€😀\u2028\ufffd\ufeff\n',
)
const short = fc.array(fc.oneof(character, suspect), { maxLength: 6 }).map((all) => all.join(''))
const long = fc
  .tuple(fc.constantFrom('a', 'é', '€', '😀'), fc.integer({ min: -2, max: 2 }), short)
  .map(([letter, more, end]) => {
    const room = IDENTIFIER_BYTES_MAX + more - Buffer.byteLength(end)
    return letter.repeat(Math.floor(room / Buffer.byteLength(letter))) + end
  })
const identifier = fc
  .oneof(short, long)
  .filter((value) => value.isWellFormed() && !value.includes('\0') && value !== 'owner')

describe('an identifier', () => {
  it('is refused by the database exactly where the core refuses it', async () => {
    const batch = fc.array(identifier, { minLength: 100, maxLength: 100 })
    const numRuns = sized(20, 1000)

    await fc.assert(
      fc.asyncProperty(batch, async (identifiers) => {
        const expected = identifiers.map(isIdentifier).map((is) => [is, is, is])
        expect(await ask(identifiers)).toEqual(expected)
      }),
      { seed: 20261123, numRuns },
    )
    console.log(`${numRuns * 100} identifiers`)
  })

  it('is generated often enough on both sides of the rule', () => {
    const sample = fc.sample(identifier, { seed: 20261123, numRuns: 2000 })

    const allowed = sample.filter(isIdentifier).length

    expect(allowed).toBeGreaterThan(400)
    expect(allowed).toBeLessThan(1600)
  })

  it('never holds U+0000', async () => {
    expect(isIdentifier('a\0b')).toBe(false)
    await expect(ask(['a\0b'])).rejects.toThrow('invalid byte sequence')
  })
})
