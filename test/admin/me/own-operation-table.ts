import type { OwnOperationTable } from './own-operation-row.ts'

/** A reference to a delivery of nobody's. */
const REF = '20261125-00000000000040008000000000000000-1'

/** Every operation under `/v1/me`, by its id, in an order in which they can be called one after another. */
export function ownOperations(ids: OwnIds): OwnOperationTable {
  return {
    readProfile: { url: '/v1/me', status: 200, foreign: [] },
    patchProfile: { url: '/v1/me', body: { displayName: 'Ann' }, status: 200, foreign: [] },
    ...devices,
    ...addressesOf(ids),
    ...preferences,
    ...people,
    ...groups,
    ...readingOf(ids),
    ...requestsOf(ids),
  }
}

/** What is numbered as it is made. */
export interface OwnIds {
  readonly annAddress: string
  readonly bobAddress: string
  /** Of deliveries. */
  readonly annRef: string
  readonly bobRef: string
  /** Dan's, to ann. */
  readonly toAnn: string
  /** Another one, so that one can be declined. */
  readonly alsoToAnn: string
  /** Dan's, to bob. */
  readonly toBob: string
  /** Somebody's, to join a group that ann is not in. */
  readonly toOthers: string
}

const devices: OwnOperationTable = {
  listOwnDevices: { url: '/v1/me/devices', status: 200, foreign: [] },
  readOwnDevice: {
    url: '/v1/me/devices/ann-laptop',
    status: 200,
    foreign: [
      { url: '/v1/me/devices/bob-phone', code: 'DEVICE_NOT_FOUND' },
      { url: '/v1/me/devices/nobody-phone', code: 'DEVICE_NOT_FOUND' },
    ],
  },
  patchOwnDevice: {
    url: '/v1/me/devices/ann-laptop',
    body: { revoked: true },
    status: 200,
    foreign: [
      { url: '/v1/me/devices/bob-phone', code: 'DEVICE_NOT_FOUND' },
      { url: '/v1/me/devices/nobody-phone', code: 'DEVICE_NOT_FOUND' },
    ],
  },
  removeOwnDevice: {
    url: '/v1/me/devices/ann-laptop',
    status: 204,
    foreign: [
      { url: '/v1/me/devices/bob-phone', code: 'DEVICE_NOT_FOUND' },
      { url: '/v1/me/devices/nobody-phone', code: 'DEVICE_NOT_FOUND' },
    ],
  },
  makeOwnSecret: { url: '/v1/me/secrets', body: {}, status: 201, foreign: [] },
}

const addressesOf = ({ annAddress, bobAddress }: OwnIds): OwnOperationTable => ({
  listOwnAddresses: { url: '/v1/me/addresses', status: 200, foreign: [] },
  addOwnAddress: {
    url: '/v1/me/addresses',
    body: { channel: 'push', provider: 'stub', token: 'another of ann' },
    status: 201,
    foreign: [],
  },
  removeOwnAddress: {
    url: `/v1/me/addresses/${annAddress}`,
    status: 204,
    foreign: [
      { url: `/v1/me/addresses/${bobAddress}`, code: 'ADDRESS_NOT_FOUND' },
      { url: '/v1/me/addresses/999999', code: 'ADDRESS_NOT_FOUND' },
    ],
  },
})

const preferences: OwnOperationTable = {
  readOwnPreferences: { url: '/v1/me/preferences', status: 200, foreign: [] },
  patchOwnPreferences: {
    url: '/v1/me/preferences',
    body: { locale: 'de' },
    status: 200,
    foreign: [],
  },
  listOwnConversations: { url: '/v1/me/conversations', status: 200, foreign: [] },
  patchOwnConversation: {
    url: '/v1/me/conversations/group/readers',
    body: { notify: 'mentions' },
    status: 200,
    foreign: [
      { url: '/v1/me/conversations/group/others', code: 'GROUP_NOT_FOUND' },
      { url: '/v1/me/conversations/group/none', code: 'GROUP_NOT_FOUND' },
      { url: '/v1/me/conversations/user/nobody', code: 'USER_NOT_FOUND' },
    ],
  },
  readOwnConversation: {
    url: '/v1/me/conversations/group/readers',
    status: 200,
    // Bob has muted hikers.
    foreign: [{ url: '/v1/me/conversations/group/hikers', code: 'PREFERENCES_NOT_FOUND' }],
  },
  removeOwnConversation: {
    url: '/v1/me/conversations/group/readers',
    status: 204,
    foreign: [{ url: '/v1/me/conversations/group/hikers', code: 'PREFERENCES_NOT_FOUND' }],
  },
}

const people: OwnOperationTable = {
  listOwnContacts: { url: '/v1/me/contacts', status: 200, foreign: [] },
  listContactPresence: { url: '/v1/me/presence', status: 200, foreign: [] },
  readContactPresence: {
    url: '/v1/me/presence/bob',
    status: 200,
    foreign: [
      { url: '/v1/me/presence/dan', code: 'CONTACT_NOT_FOUND' },
      { url: '/v1/me/presence/nobody', code: 'CONTACT_NOT_FOUND' },
    ],
  },
  removeOwnContact: {
    url: '/v1/me/contacts/cleo',
    status: 204,
    foreign: [{ url: '/v1/me/contacts/dan', code: 'CONTACT_NOT_FOUND' }],
  },
  listOwnBlocks: { url: '/v1/me/blocks', status: 200, foreign: [] },
  setOwnBlock: {
    url: '/v1/me/blocks/dan',
    status: 204,
    foreign: [{ url: '/v1/me/blocks/nobody', code: 'USER_NOT_FOUND' }],
  },
  removeOwnBlock: {
    url: '/v1/me/blocks/dan',
    status: 204,
    // Bob has blocked cleo.
    foreign: [{ url: '/v1/me/blocks/cleo', code: 'BLOCK_NOT_FOUND' }],
  },
}

const groups: OwnOperationTable = {
  listOwnGroups: { url: '/v1/me/groups', status: 200, foreign: [] },
  readOwnGroup: {
    url: '/v1/me/groups/readers',
    status: 200,
    foreign: [
      { url: '/v1/me/groups/others', code: 'GROUP_NOT_FOUND' },
      { url: '/v1/me/groups/none', code: 'GROUP_NOT_FOUND' },
    ],
  },
  listFellowMembers: {
    url: '/v1/me/groups/readers/members',
    status: 200,
    foreign: [{ url: '/v1/me/groups/others/members', code: 'GROUP_NOT_FOUND' }],
  },
  patchFellowMember: {
    url: '/v1/me/groups/hikers/members/bob',
    body: { role: 'admin' },
    status: 200,
    foreign: [
      { url: '/v1/me/groups/others/members/dan', code: 'GROUP_NOT_FOUND' },
      { url: '/v1/me/groups/none/members/dan', code: 'GROUP_NOT_FOUND' },
      { url: '/v1/me/groups/hikers/members/dan', code: 'MEMBER_NOT_FOUND' },
    ],
  },
  removeFellowMember: {
    url: '/v1/me/groups/hikers/members/bob',
    status: 204,
    foreign: [
      { url: '/v1/me/groups/others/members/dan', code: 'GROUP_NOT_FOUND' },
      { url: '/v1/me/groups/hikers/members/dan', code: 'MEMBER_NOT_FOUND' },
    ],
  },
  leaveGroup: {
    url: '/v1/me/groups/readers',
    status: 204,
    foreign: [
      { url: '/v1/me/groups/others', code: 'GROUP_NOT_FOUND' },
      { url: '/v1/me/groups/none', code: 'GROUP_NOT_FOUND' },
    ],
  },
}

const readingOf = ({ annRef, bobRef }: OwnIds): OwnOperationTable => ({
  readUnread: { url: '/v1/me/unread', status: 200, foreign: [] },
  markOwnRead: {
    url: '/v1/me/read-marks',
    body: { conversation: 'user/bob', upTo: { message: 'from bob' } },
    status: 200,
    foreign: [
      { body: { conversation: 'group/others' }, code: 'GROUP_NOT_FOUND' },
      { body: { conversation: 'group/none' }, code: 'GROUP_NOT_FOUND' },
      { body: { conversation: 'group/others/application' }, code: 'GROUP_NOT_FOUND' },
      {
        body: { conversation: 'user/bob', upTo: { message: 'to cleo' } },
        code: 'MESSAGE_NOT_FOUND',
      },
      {
        body: { conversation: 'group/hikers', upTo: { message: 'to others' } },
        code: 'MESSAGE_NOT_FOUND',
      },
    ],
  },
  sendReceipt: {
    url: '/v1/me/receipts',
    body: { ref: annRef, kind: 'opened' },
    status: 204,
    foreign: [
      { body: { ref: bobRef, kind: 'opened' }, code: 'DELIVERY_NOT_FOUND' },
      { body: { ref: REF, kind: 'opened' }, code: 'DELIVERY_NOT_FOUND' },
      { body: { ref: '20260230-x', kind: 'opened' }, code: 'DELIVERY_NOT_FOUND' },
    ],
  },
})

function requestsOf({ toAnn, alsoToAnn, toBob, toOthers }: OwnIds): OwnOperationTable {
  const none = 'REQUEST_NOT_FOUND'
  const foreign = (suffix: string) =>
    [toBob, toOthers, '999999'].map((id) => ({ url: `/v1/me/requests/${id}${suffix}`, code: none }))
  return {
    listOwnRequests: { url: '/v1/me/requests', status: 200, foreign: [] },
    listOwnGroupRequests: {
      url: '/v1/me/groups/hikers/requests',
      status: 200,
      foreign: [{ url: '/v1/me/groups/others/requests', code: 'GROUP_NOT_FOUND' }],
    },
    readOwnRequest: { url: `/v1/me/requests/${toAnn}`, status: 200, foreign: foreign('') },
    acceptOwnRequest: {
      url: `/v1/me/requests/${toAnn}:accept`,
      status: 200,
      foreign: foreign(':accept'),
    },
    declineOwnRequest: {
      url: `/v1/me/requests/${alsoToAnn}:decline`,
      status: 200,
      foreign: foreign(':decline'),
    },
  }
}
