import type { OperationTable } from '../operation-row.ts'

const EVERYBODY = 'admin operator support app-server'

/** Users' credentials, devices, addresses, preferences and presence. */
export const PEOPLE_OPERATIONS = {
  listDeletedUsers: { url: '/v1/deleted-users', status: 200, may: EVERYBODY },
  releaseUser: { url: '/v1/deleted-users/gone', status: 204, may: 'admin app-server' },
  setPassword: {
    url: '/v1/users/ann/password',
    body: { password: 'correct horse' },
    status: 204,
    may: 'admin app-server',
  },
  deletePassword: { url: '/v1/users/ann/password', status: 204, may: 'admin app-server' },
  createTicket: {
    url: '/v1/users/ann/tickets',
    body: {},
    // No ticket secret is configured.
    status: 409,
    may: 'admin app-server',
  },
  listDevices: { url: '/v1/users/ann/devices', status: 200, may: EVERYBODY },
  createDevice: {
    url: '/v1/users/ann/devices',
    body: { clientId: 'ann-watch' },
    status: 201,
    may: 'admin app-server',
  },
  readDevice: { url: '/v1/devices/ann-phone', status: 200, may: EVERYBODY },
  patchDevice: {
    url: '/v1/devices/ann-phone',
    body: { revoked: true },
    status: 200,
    may: 'admin app-server',
  },
  deleteDevice: { url: '/v1/devices/ann-tablet', status: 204, may: 'admin app-server' },
  createSecret: {
    url: '/v1/devices/ann-phone/secrets',
    body: {},
    status: 201,
    may: 'admin app-server',
  },
  deleteSecrets: {
    url: '/v1/devices/ann-phone/secrets?keep=newest',
    status: 200,
    may: 'admin app-server',
  },
  listAddresses: { url: '/v1/users/ann/addresses', status: 200, may: EVERYBODY },
  createUserAddress: {
    url: '/v1/users/ann/addresses',
    body: { channel: 'email', provider: 'stub', token: 'ann@example.com' },
    status: 201,
    may: 'admin app-server',
  },
  createDeviceAddress: {
    url: '/v1/devices/ann-phone/addresses',
    body: { provider: 'stub', token: 'another token' },
    status: 201,
    may: 'admin app-server',
  },
  readAddress: { url: '/v1/addresses/1', status: 200, may: EVERYBODY },
  deleteAddress: { url: '/v1/addresses/1', status: 204, may: 'admin app-server' },
  readPreferences: { url: '/v1/users/ann/preferences', status: 200, may: EVERYBODY },
  patchPreferences: {
    url: '/v1/users/ann/preferences',
    body: { notify: 'mentions' },
    status: 200,
    may: 'admin app-server',
  },
  listConversations: { url: '/v1/users/ann/conversations', status: 200, may: EVERYBODY },
  readConversation: {
    url: '/v1/users/ann/conversations/user/cleo',
    status: 200,
    may: EVERYBODY,
  },
  patchConversation: {
    url: '/v1/users/ann/conversations/group/hikers',
    body: { notify: 'none' },
    status: 200,
    may: 'admin app-server',
  },
  deleteConversation: {
    url: '/v1/users/ann/conversations/user/cleo',
    status: 204,
    may: 'admin app-server',
  },
  readPresence: { url: '/v1/users/ann/presence', status: 200, may: EVERYBODY },
  queryPresence: {
    url: '/v1/presence:query',
    body: { uids: ['ann', 'nobody'] },
    status: 200,
    may: EVERYBODY,
  },
} as const satisfies OperationTable
