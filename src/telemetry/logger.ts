import { type DestinationStream, destination, type Level, type Logger, pino } from 'pino'
import { hideSecretFields, hideUrlPasswords } from './hide-secrets.ts'

export interface LoggerOptions {
  readonly level: Level | 'silent'
}

const STDERR = 2

/**
 * Logs one JSON object a line, without secrets. Lines go to standard error, because standard output
 * belongs to a command's result; they are written at once, so that a crash loses none.
 */
export function createLogger(
  { level }: LoggerOptions,
  stream: DestinationStream = destination({ dest: STDERR, sync: true }),
): Logger {
  const log = pino(
    {
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: hideSecretFields,
      },
      serializers: { req: describeRequest, err: (described: unknown) => described },
      hooks: { streamWrite: hideUrlPasswords },
    },
    stream,
  )
  return hideInChildren(log)
}

/** pino gives children's bindings to no formatter of their parent's. */
function hideInChildren(log: Logger): Logger {
  const plainChild = log.child
  // Children have their parent as prototype, and so inherit it.
  return Object.defineProperty(log, 'child', {
    value(this: Logger, bindings: object, options: unknown) {
      return Reflect.apply(plainChild, this, [hideSecretFields(bindings), options])
    },
  })
}

interface LoggedRequest {
  readonly method?: string
  readonly url?: string
  readonly ip?: string
}

/** EMQX 4 can carry a password in the query, so the path is all that is written. */
function describeRequest({ method, url, ip }: LoggedRequest): object {
  return { method, path: url?.split('?')[0], address: ip }
}
