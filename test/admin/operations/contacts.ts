import type { OperationTable } from '../operation-row.ts'

const SEE = 'admin operator support app-server' as const
const EDIT = 'admin app-server' as const

export const CONTACT_OPERATIONS = {
  listContacts: { url: '/v1/users/ann/contacts', status: 200, may: SEE },
  setContact: { url: '/v1/users/ann/contacts/cleo', status: 200, may: EDIT },
  removeContact: {
    url: '/v1/users/ann/contacts/cleo?direction=one-way',
    status: 204,
    may: EDIT,
  },
  listBlocks: { url: '/v1/users/ann/blocks', status: 200, may: SEE },
  setBlock: { url: '/v1/users/ann/blocks/cleo', status: 200, may: EDIT },
  removeBlock: { url: '/v1/users/ann/blocks/cleo', status: 204, may: EDIT },
} as const satisfies OperationTable
