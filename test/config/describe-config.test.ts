import { describe, expect, it } from 'vitest'
import { ConfigFaults } from '../../src/config/config-faults.ts'
import { describeConfig } from '../../src/config/describe-config.ts'
import { SETTINGS } from '../../src/config/settings.ts'
import { sourcesOf } from './config-world.ts'

describe('the settings in force', () => {
  it('are a line each, all of them', () => {
    const lines = describeConfig(sourcesOf({})).split('\n')

    expect(lines.map((line) => line.split('=')[0])).toEqual(SETTINGS.map(({ name }) => name))
  })

  it('say where they come from', () => {
    const lines = describeConfig({
      flags: { HERALD_PORT: '9000' },
      env: { HERALD_HOST: 'localhost' },
      envFile: { HERALD_POOL_MAX: '7' },
    }).split('\n')

    expect(lines).toContain('HERALD_PORT=9000 # flag')
    expect(lines).toContain('HERALD_HOST=localhost # env')
    expect(lines).toContain('HERALD_POOL_MAX=7 # .env')
    expect(lines).toContain('HERALD_LOG_LEVEL=info # default')
    expect(lines).toContain('HERALD_TICKET_SECRETS= # not set: there are no tickets')
  })

  it('hide what is secret', () => {
    const env = {
      DATABASE_URL: 'postgresql://herald:s3cret@db/herald',
      HERALD_HOOK_SECRETS: 'a-s3cret-of-the-broker,another-s3cret-of-it',
      HERALD_TICKET_SECRETS: 's3cret'.repeat(8),
      HERALD_JWT_ALGORITHMS: 'HS256',
      HERALD_JWT_SECRET: 's3cret'.repeat(8),
    }

    const text = describeConfig(sourcesOf({ env }))

    expect(text).not.toContain('s3cret')
    expect(text).toContain('DATABASE_URL=postgresql://herald:***@db/herald # env')
    expect(text).toContain('HERALD_HOOK_SECRETS=***,*** # env')
  })

  it('are not shown where they are faulty', () => {
    const act = () => describeConfig(sourcesOf({ env: { HERALD_PORT: 'x' } }))

    expect(act).toThrow(ConfigFaults)
  })
})
