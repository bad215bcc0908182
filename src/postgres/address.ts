/** Where a database is. What `pg` takes as its configuration, spread. */
export type PostgresAddress = UrlAddress | SocketAddress

interface UrlAddress {
  readonly connectionString: string
}

/** A Unix socket; `host` is the folder that holds it. */
export interface SocketAddress {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  /** Said aloud, or `PGSSLMODE` in the environment would ask a socket for TLS. */
  readonly ssl: false
}
