import type { Pool } from 'pg'

/** `table.column` of each place, of any schema, that says `word`: partitions and the queue's tables as well. */
export async function tracesOf(pool: Pool, word: string): Promise<readonly string[]> {
  const { rows: columns } = await pool.query<{ table: string; column: string; type: string }>(`
    select format('%I.%I', c.table_schema, c.table_name) as table, c.column_name as column,
      c.data_type as type
    from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema not in ('pg_catalog', 'information_schema') and t.table_type = 'BASE TABLE'
    order by 1, c.ordinal_position`)
  const asked = columns.map(({ table, column, type }) => {
    const text = type === 'bytea' ? `encode("${column}", 'escape')` : `"${column}"::text`
    const place = `${table}.${column}`.replace(/^public\./, '')
    return `select '${place}' as place where exists (
      select from ${table} where position('${word}' in ${text}) > 0)`
  })
  const { rows } = await pool.query<{ place: string }>(asked.join(' union all '))
  return rows.map(({ place }) => place).sort()
}
