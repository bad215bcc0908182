import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLogger } from '../../src/telemetry/logger.ts'
import { sized } from '../support/size.ts'

const SECRET = 'correct-horse-battery-staple'

function createRecordedLog() {
  const lines: string[] = []
  const log = createLogger({ level: 'info' }, { write: (line) => void lines.push(line) })
  return { log, lines, entry: (): unknown => JSON.parse(lines[0] ?? '') }
}

describe('what a log line says', () => {
  it('is one JSON object with time, level, message and fields', () => {
    const { log, lines, entry } = createRecordedLog()

    log.warn({ reason: 'wrong-secret', retryInMs: 5, attempt: null }, 'login was refused')

    expect(lines).toHaveLength(1)
    expect(entry()).toMatchObject({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      reason: 'wrong-secret',
      retryInMs: 5,
      attempt: null,
      msg: 'login was refused',
    })
  })

  it('leaves out what is below the level', () => {
    const { log, lines } = createRecordedLog()

    log.debug('not now')

    expect(lines).toEqual([])
  })

  it('tells an error with its stack, its code and its causes', () => {
    const { log, entry } = createRecordedLog()
    const cause = new Error('connection refused')

    log.error({ err: Object.assign(new Error('query failed', { cause }), { code: 'X1' }) }, 'oh')

    expect(entry()).toMatchObject({
      err: {
        type: 'Error',
        message: 'query failed: connection refused',
        code: 'X1',
        stack: expect.stringContaining('logger.test.ts'),
      },
    })
  })

  it('takes an error for the whole entry', () => {
    const { log, entry } = createRecordedLog()

    log.error(new Error('query failed'))

    expect(entry()).toMatchObject({ msg: 'query failed', err: { message: 'query failed' } })
  })

  it('writes the path of a request without its query', () => {
    const { log, entry } = createRecordedLog()
    const req = { method: 'GET', url: `/emqx/4/connect?password=${SECRET}`, ip: '10.0.0.7' }

    log.info({ req }, 'asked')

    expect(entry()).toMatchObject({
      req: { method: 'GET', path: '/emqx/4/connect', address: '10.0.0.7' },
    })
  })
})

describe('what a log line hides', () => {
  it.each([
    'password',
    'passwordHash',
    'credential',
    'secret',
    'deviceSecret',
    'hook_secrets',
    'x-herald-secret',
    'token',
    'accessToken',
    'ticket',
    'Authorization',
    'cookie',
    'privateKey',
    'databaseUrl',
    'DATABASE_URL',
  ])('hides %s', (name) => {
    const { log, lines, entry } = createRecordedLog()

    log.info({ [name]: SECRET }, 'seen')

    expect(lines.join()).not.toContain(SECRET)
    expect(entry()).toMatchObject({ [name]: '***' })
  })

  it('shows whether there is a secret', () => {
    const { log, entry } = createRecordedLog()

    log.info({ hasPassword: true, secret: undefined }, 'seen')

    expect(entry()).toMatchObject({ hasPassword: true })
    expect(entry()).not.toHaveProperty('secret')
  })

  it('hides the fields of an error and of its child loggers', () => {
    const { log, lines } = createRecordedLog()
    const error = Object.assign(new Error('no'), {
      request: { headers: { authorization: SECRET } },
    })

    log.child({ device: { secret: SECRET } }).error({ nested: { error }, err: error }, 'failed')

    expect(lines.join()).not.toContain(SECRET)
    expect(lines.join().match(/\*\*\*/g)).toHaveLength(3)
  })

  it('hides passwords in URLs, in messages and in errors too', () => {
    const { log, lines } = createRecordedLog()
    const url = `postgresql://herald:${SECRET}@db.example:5432/herald`

    log.error({ err: new Error(`can't reach ${url}`), target: new URL(url) }, `gave up on ${url}`)

    expect(lines.join()).not.toContain(SECRET)
    expect(lines.join()).toContain('postgresql://herald:***@db.example:5432/herald')
  })

  it('hides a secret field however deep it lies', () => {
    const name = fc.constantFrom('password', 'userSecret', 'api-key', 'Token', 'credentials')
    const field = fc.constantFrom('a', 'body', 'headers', 'user', '__proto__')
    const tree = fc.letrec<{ node: unknown; leaf: unknown }>((tie) => ({
      leaf: name.map((key) => ({ [key]: SECRET })),
      node: fc.oneof(
        { maxDepth: 8 },
        tie('leaf'),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(field, tie('node'), { maxKeys: 3 }),
        name.map((key) => ({ [key]: { deep: [SECRET] } })),
      ),
    })).node

    fc.assert(
      fc.property(tree, (fields) => {
        const { log, lines } = createRecordedLog()

        log.info({ fields }, 'seen')

        expect(lines).toHaveLength(1)
        expect(lines.join()).not.toContain(SECRET)
      }),
      { seed: 20261123, numRuns: sized(500, 20_000) },
    )
  })

  it('survives an object that holds itself', () => {
    const { log, lines } = createRecordedLog()
    const loop: Record<string, unknown> = { password: SECRET }
    loop.self = loop

    log.info({ loop }, 'seen')

    expect(lines.join()).toContain('…')
    expect(lines.join()).not.toContain(SECRET)
  })
})
