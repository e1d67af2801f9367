// Routes of our own dashboard and of scripts: what the original has no API for.
import { listAsNames } from '../../app/as-name/list.ts'
import { getLedger } from '../../app/ledger/get.ts'
import { getLive } from '../../app/live/get.ts'
import { editRouter } from '../../app/router/edit.ts'
import { getRouterHealth } from '../../app/router/health.ts'
import { listInterfaceNames } from '../../app/router/interface-names.ts'
import { getRouterInterfaces } from '../../app/router/interfaces.ts'
import { listRouters } from '../../app/router/list.ts'
import { registerRouter } from '../../app/router/register.ts'
import { unregisterRouter } from '../../app/router/unregister.ts'
import { getStatus } from '../../app/status/get.ts'
import { listUnregistered } from '../../app/unregistered/list.ts'
import type { Call, Route } from '../route-table.ts'

const base = '/accounts/:account_id/drawbridge'
const address = ({ params }: Call) => params['address'] ?? ''

export const drawbridgeRoutes: readonly Route[] = [
  { method: 'GET', path: `${base}/status`, handle: ({ context, principal }) => getStatus(context, principal) },
  { method: 'GET', path: `${base}/routers`, handle: ({ context, principal }) => listRouters(context, principal) },
  { method: 'POST', path: `${base}/routers`, handle: ({ context, principal, body }) => registerRouter(context, principal, body) },
  {
    method: 'PATCH',
    path: `${base}/routers/:address`,
    handle: (call) => editRouter(call.context, call.principal, { text: address(call), body: call.body }),
  },
  {
    method: 'DELETE',
    path: `${base}/routers/:address`,
    handle: (call) => unregisterRouter(call.context, call.principal, address(call)),
  },
  {
    method: 'GET',
    path: `${base}/routers/:address/health`,
    handle: (call) => getRouterHealth(call.context, call.principal, address(call)),
  },
  {
    method: 'GET',
    path: `${base}/routers/:address/interfaces`,
    handle: (call) => getRouterInterfaces(call.context, call.principal, address(call)),
  },
  {
    method: 'GET',
    path: `${base}/interface-names`,
    handle: ({ context, principal, query }) => listInterfaceNames(context, principal, query),
  },
  { method: 'GET', path: `${base}/unregistered`, handle: ({ context, principal }) => listUnregistered(context, principal) },
  { method: 'GET', path: `${base}/ledger`, handle: ({ context, principal }) => getLedger(context, principal) },
  { method: 'GET', path: `${base}/live`, handle: ({ context, principal, query }) => getLive(context, principal, query) },
  { method: 'GET', path: `${base}/as-names`, handle: ({ context, principal, query }) => listAsNames(context, principal, query) },
]
