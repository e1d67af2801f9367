// Routes of the configuration of Magic Network Monitoring (contract §1.1).
import { createMnmConfig } from '../../app/mnm-config/create.ts'
import { deleteMnmConfig } from '../../app/mnm-config/delete.ts'
import { editMnmConfig } from '../../app/mnm-config/edit.ts'
import { getFullMnmConfig } from '../../app/mnm-config/get-full.ts'
import { getMnmConfig } from '../../app/mnm-config/get.ts'
import { replaceMnmConfig } from '../../app/mnm-config/replace.ts'
import type { Route } from '../route-table.ts'

const path = '/accounts/:account_id/mnm/config'

export const mnmConfigRoutes: readonly Route[] = [
  { method: 'GET', path, handle: ({ context, principal }) => getMnmConfig(context, principal) },
  { method: 'POST', path, handle: ({ context, principal, body }) => createMnmConfig(context, principal, body) },
  { method: 'PUT', path, handle: ({ context, principal, body }) => replaceMnmConfig(context, principal, body) },
  { method: 'PATCH', path, handle: ({ context, principal, body }) => editMnmConfig(context, principal, body) },
  { method: 'DELETE', path, handle: ({ context, principal }) => deleteMnmConfig(context, principal) },
  { method: 'GET', path: `${path}/full`, handle: ({ context, principal }) => getFullMnmConfig(context, principal) },
]
