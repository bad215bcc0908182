import { afterEach, expect, it } from 'vitest'
import { type BareBroker, openBareBroker } from '../../../demo/stage/bare-broker.ts'
import { applySetup } from '../../../src/broker/provisioning/apply-setup.ts'
import { someWishes } from '../../broker/provisioning/wishes.ts'

let bare: BareBroker

afterEach(async () => {
  await bare.close()
})

it('a bare broker lacks all that Herald needs, and says how it is reached', async () => {
  bare = await openBareBroker({ tcpPort: 0, wsPort: 0, apiPort: 0 })
  const url = /management API\s+(\S+)/.exec(bare.words)?.[1] ?? ''
  const access = { url, key: 'herald', secret: 'a-secret-of-the-demo' }

  const { steps } = await applySetup({ access, wishes: someWishes(), takes: 'none' })

  expect(steps.map(({ what }) => what)).toContain('the authorization source file')
  expect(steps.length).toBeGreaterThan(8)
})
