import { fault, type Kind, quoted, value } from '../setting.ts'
import { isLoopback, isPrivate } from './address-kinds.ts'

/** The query parameters of a connection string that hold a secret. */
const SECRET_PARAMETERS = ['password', 'sslpassword']

/** A PostgreSQL connection string in URI form. */
export const databaseUrl: Kind<string> = {
  placeholder: '<url>',
  form: 'a `postgres://` or `postgresql://` URL',
  read(text) {
    const url = parseDatabaseUrl(text)
    if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol) || !text.includes('://')) {
      return fault(
        'is not a PostgreSQL URL',
        'write postgresql://user:password@host:5432/database, special characters as %XX',
      )
    }
    // Everything after it would be lost without a word, most likely half a password.
    if (text.includes('#')) return fault('has a "#" in it', 'write it as %23')
    return value(text)
  },
  write: String,
  hide: hideDatabasePassword,
}

/** Where public keys are fetched from. */
export const keysUrl: Kind<string> = {
  placeholder: '<url>',
  form: 'an `https://` URL (`http://` on loopback)',
  read(text) {
    const url = URL.parse(text)
    if (url === null) return fault('is not a URL', 'write https://…')
    // Whoever can change the answer on its way can log in as anybody.
    const isSafe =
      url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
    if (!isSafe) return fault(`${quoted(hideUser(text))} is not an https URL`, 'write https://…')
    if (url.username !== '' || url.password !== '') {
      return fault('has a user name or password in it', 'remove it: key sets are public')
    }
    return value(text)
  },
  write: String,
  hide: hideUser,
}

/** Where others reach this Herald; read without the slash at its end. */
export const publicUrl: Kind<string> = {
  placeholder: '<url>',
  form: 'an `https://` URL (`http://` on loopback), with a path where a proxy takes one away',
  read(text) {
    const url = URL.parse(text)
    if (url === null) return fault(`${quoted(text)} is not a URL`, 'write https://…')
    const isSafe =
      url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
    if (!isSafe) return fault(`${quoted(text)} is not an https URL`, 'write https://…')
    if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
      return fault('has more in it than a host and a path', 'write them alone')
    }
    return value(url.href.replace(/\/+$/, ''))
  },
  write: String,
}

/** Where a broker is administered from; read without the slash at its end. */
export const brokerApiUrl: Kind<string> = {
  placeholder: '<url>',
  form: 'an `https://` URL, or an `http://` URL of a private address or of a name that only your network knows',
  read(text) {
    const url = URL.parse(text)
    if (url === null) return fault('is not a URL', 'write such as http://emqx:18083')
    // The API key travels with each call.
    const isSafe =
      url.protocol === 'https:' || (url.protocol === 'http:' && isPrivate(url.hostname))
    if (!isSafe) return fault(`${quoted(hideUser(text))} is not an https URL`, 'write https://…')
    if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
      return fault('has more in it than a host and a path', 'write them alone')
    }
    if (/\/api\/v\d+\/*$/.test(url.pathname)) {
      return fault('has the path of the API in it', 'leave /api/v… out')
    }
    return value(url.href.replace(/\/+$/, ''))
  },
  write: String,
  hide: hideUser,
}

function hideUser(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//***@')
}

function hideDatabasePassword(text: string): string {
  const url = parseDatabaseUrl(text)
  if (url === undefined || text.includes('#')) return '***'
  if (url.password !== '') url.password = '***'
  for (const name of SECRET_PARAMETERS) {
    if (url.searchParams.has(name)) url.searchParams.set(name, '***')
  }
  return url.href.replace(`@${SOCKET_HOST}`, '@')
}

const SOCKET_HOST = 'socket.invalid'

function parseDatabaseUrl(text: string): URL | undefined {
  // "postgresql://user:password@/db?host=/run/postgresql" is common for sockets, but no URL to WHATWG.
  return URL.parse(text) ?? URL.parse(text.replace('@/', `@${SOCKET_HOST}/`)) ?? undefined
}
