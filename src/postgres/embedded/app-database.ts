import type { Client } from 'pg'
import { errorCode } from '../error-code.ts'

/** Herald's own role and database. The role is no superuser: SQL that slipped in stays in here. */
export const APP_ROLE = 'herald'
export const APP_DATABASE = 'herald'

/** Makes role and database where they are missing. Two processes may do so at once. */
export async function createAppDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [
    APP_DATABASE,
  ])
  if (rowCount === 1) return
  await createUnlessThere(client, `create role ${APP_ROLE} login createdb`)
  await createUnlessThere(client, `create database ${APP_DATABASE} owner ${APP_ROLE}`)
}

async function createUnlessThere(client: Client, sql: string): Promise<void> {
  try {
    await client.query(sql)
  } catch (error) {
    if (!THERE.has(errorCode(error) ?? '')) throw error
  }
}

/** Duplicate object, duplicate database, and the unique index beneath both where two are at it. */
const THERE = new Set(['42710', '42P04', '23505'])
