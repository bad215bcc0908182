import type { OperationTable } from '../operation-row.ts'

const SEE = 'admin operator support app-server' as const
const EDIT = 'admin app-server' as const

export const GROUP_OPERATIONS = {
  listGroups: { url: '/v1/groups', status: 200, may: SEE },
  createGroup: {
    url: '/v1/groups',
    body: { gid: 'climbers', owner: 'cleo', displayName: 'Climbers', members: ['ann'] },
    status: 201,
    may: EDIT,
  },
  readGroup: { url: '/v1/groups/hikers', status: 200, may: SEE },
  patchGroup: {
    url: '/v1/groups/hikers',
    body: { invitePolicy: 'admins' },
    status: 200,
    may: EDIT,
  },
  dissolveGroup: { url: '/v1/groups/crew', status: 204, may: EDIT },
  listGroupsOfUser: { url: '/v1/users/ann/groups', status: 200, may: SEE },
  listMembers: { url: '/v1/groups/hikers/members', status: 200, may: SEE },
  addMember: { url: '/v1/groups/hikers/members', body: { uid: 'dora' }, status: 201, may: EDIT },
  readMember: { url: '/v1/groups/hikers/members/ann', status: 200, may: SEE },
  patchMember: {
    url: '/v1/groups/hikers/members/ann',
    body: { role: 'admin' },
    status: 200,
    may: EDIT,
  },
  removeMember: { url: '/v1/groups/hikers/members/ann', status: 204, may: EDIT },
  addMembers: {
    url: '/v1/groups/hikers/members:batch',
    body: { members: [{ uid: 'ann', role: 'admin' }] },
    status: 200,
    may: EDIT,
  },
  removeMembers: {
    url: '/v1/groups/hikers/members:remove',
    body: { uids: ['ann'] },
    status: 200,
    may: EDIT,
  },
  listBans: { url: '/v1/groups/hikers/bans', status: 200, may: SEE },
  setBan: { url: '/v1/groups/hikers/bans/dora', status: 200, may: EDIT },
  liftBan: { url: '/v1/groups/hikers/bans/dora', status: 204, may: EDIT },
} as const satisfies OperationTable
