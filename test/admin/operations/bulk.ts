import type { OperationTable } from '../operation-row.ts'

const LINES = '{"kind":"user","uid":"imported"}\n'

export const BULK_OPERATIONS = {
  runImport: { url: '/v1/imports/first', body: LINES, status: 200, may: 'admin app-server' },
  listImports: { url: '/v1/imports', status: 200, may: 'admin app-server' },
  readImport: { url: '/v1/imports/earlier', status: 200, may: 'admin app-server' },
  listImportRefusals: {
    url: '/v1/imports/earlier/refusals',
    status: 200,
    may: 'admin app-server',
  },
  deleteImport: { url: '/v1/imports/later', status: 204, may: 'admin app-server' },
  runExport: { url: '/v1/exports/users', status: 200, may: 'admin app-server' },
} as const satisfies OperationTable
