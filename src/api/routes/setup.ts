// Routes of router set-up: commands to paste, and live checks of what comes from it.
import {
  chooseSender,
  closeRouterCheck,
  listRouterChecks,
  lookAtRouterCheck,
  openRouterCheck,
  saveCheckedDatagrams,
} from '../../app/setup/checks.ts'
import { getRouterConfig, listRouterGuides } from '../../app/setup/guides.ts'
import { ByteAnswer } from '../byte-answer.ts'
import type { Call, Route } from '../route-table.ts'

const base = '/accounts/:account_id/drawbridge'
const configs = `${base}/router-configs`
const checks = `${base}/router-checks`
const one = `${checks}/:check_id`
const id = ({ params }: Call) => params['check_id'] ?? ''

export const setupRoutes: readonly Route[] = [
  { method: 'GET', path: configs, handle: ({ principal }) => listRouterGuides(principal) },
  {
    method: 'GET',
    path: `${configs}/:guide`,
    handle: ({ context, principal, params, query }) => getRouterConfig(context, principal, { guide: params['guide'] ?? '', query }),
  },
  { method: 'GET', path: checks, handle: ({ context, principal }) => listRouterChecks(context, principal) },
  { method: 'POST', path: checks, handle: ({ context, principal, body }) => openRouterCheck(context, principal, body) },
  { method: 'GET', path: one, handle: (call) => lookAtRouterCheck(call.context, call.principal, id(call)) },
  { method: 'PATCH', path: one, handle: (call) => chooseSender(call.context, call.principal, { id: id(call), body: call.body }) },
  { method: 'DELETE', path: one, handle: (call) => closeRouterCheck(call.context, call.principal, id(call)) },
  {
    method: 'GET',
    path: `${one}/pcap`,
    handle: (call) => new ByteAnswer(saveCheckedDatagrams(call.context, call.principal, id(call))),
  },
]
