import type { ServerPlan } from './server-plan.ts'

/** Sockets carry it in their name; nothing listens on it. */
const PORT = 5432

/** The settings of a server, as arguments of `postgres`. */
export function settingArgs(plan: ServerPlan, socketFolder: string): readonly string[] {
  const settings = {
    port: String(PORT),
    listen_addresses: '',
    // A comma separates folders, and quotes keep one together.
    unix_socket_directories: `"${socketFolder.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    max_connections: '100',
    shared_buffers: '128MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements that fail are Herald's to log: here they would show what they hold, and fill the disk.
    log_min_messages: 'log',
    log_checkpoints: 'off',
    ...(plan.durable ? {} : NOT_DURABLE),
    ...plan.settings,
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
