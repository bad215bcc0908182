import { readFileSync } from 'node:fs'
import { createConfigurationApi } from '../../src/broker/provisioning/configuration-api.ts'
import { createBroker } from '../broker/broker.ts'
import type { StageOptions } from './stage.ts'

export interface BareBrokerOptions extends StageOptions {
  readonly apiPort: number
}

export interface BareBroker {
  /** How it is reached. */
  readonly words: string
  close(): Promise<void>
}

// In a file beside this one, for `herald emqx apply --secret-file`.
const SECRET_FILE = 'demo/stage/bare-broker.secret'
const KEY = {
  key: 'herald',
  secret: readFileSync(new URL('bare-broker.secret', import.meta.url), 'utf8').trim(),
}

/** As EMQX comes out of its package: nobody is asked about anything, and everybody may do all. */
export async function openBareBroker({
  apiPort,
  ...ports
}: BareBrokerOptions): Promise<BareBroker> {
  const broker = await createBroker({
    ...ports,
    noMatch: 'allow',
    management: { port: apiPort, keys: { [KEY.key]: KEY.secret } },
  })
  const { url } = broker.management
  const api = createConfigurationApi({ url, ...KEY })
  await api.call('POST', '/authorization/sources', { type: 'file', enable: true, rules: '' })
  return { words: wordsOf(url, broker.tcpPort), close: () => broker.close() }
}

function wordsOf(url: string, tcpPort: number): string {
  return `A broker as EMQX 5.8 comes out of its package; nobody has told it of Herald yet. Ctrl-C ends it.

  MQTT            mqtt://127.0.0.1:${tcpPort}
  management API  ${url}
  API key         ${KEY.key}, its secret is in ${SECRET_FILE}`
}
