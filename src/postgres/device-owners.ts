import type { Pool } from 'pg'
import type { DeviceOwners } from '../core/ports/api-login-ports.ts'

export function createDeviceOwners(pool: Pool): DeviceOwners {
  return {
    async ownerOf(clientId) {
      const { rows } = await pool.query<{ user_id: string }>({
        name: 'device-owner',
        text: 'select user_id from devices where id = $1',
        values: [clientId],
      })
      return rows[0]?.user_id
    },
  }
}
