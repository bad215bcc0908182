import type { OperationTable } from '../operation-row.ts'

export const USER_OPERATIONS = {
  listUsers: { url: '/v1/users', status: 200, may: 'admin operator support app-server' },
  createUser: {
    url: '/v1/users',
    body: { uid: 'zoe', displayName: 'Zoe' },
    status: 201,
    may: 'admin app-server',
  },
  readUser: { url: '/v1/users/ann', status: 200, may: 'admin operator support app-server' },
  patchUser: {
    url: '/v1/users/ann',
    body: { displayName: 'Anna' },
    status: 200,
    may: 'admin app-server',
  },
  deleteUser: { url: '/v1/users/bob', status: 204, may: 'admin app-server' },
} as const satisfies OperationTable
