import type { OperationTable } from '../operation-row.ts'

const SEE = 'admin operator support app-server' as const
const EDIT = 'admin app-server' as const

/** Of the world's requests 1 and 2. */
export const REQUEST_OPERATIONS = {
  listRequests: { url: '/v1/requests?to=ann&state=open', status: 200, may: SEE },
  readRequest: { url: '/v1/requests/1', status: 200, may: SEE },
  acceptRequest: { url: '/v1/requests/1:accept', status: 200, may: EDIT },
  declineRequest: { url: '/v1/requests/2:decline', status: 200, may: EDIT },
} as const satisfies OperationTable
