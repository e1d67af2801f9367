// Routes of settings that are changed while the server runs, and of the audit log.
import { listAudit } from '../../app/audit/list.ts'
import { editSettings } from '../../app/setting/edit.ts'
import { getSettings } from '../../app/setting/get.ts'
import type { Route } from '../route-table.ts'

const base = '/accounts/:account_id/drawbridge'

export const settingRoutes: readonly Route[] = [
  { method: 'GET', path: `${base}/settings`, handle: ({ context, principal }) => getSettings(context, principal) },
  { method: 'PATCH', path: `${base}/settings`, handle: ({ context, principal, body }) => editSettings(context, principal, body) },
  { method: 'GET', path: `${base}/audit`, handle: ({ context, principal, query }) => listAudit(context, principal, query) },
]
