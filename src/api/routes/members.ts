// Routes of the people of an account, of what is somebody's own, and of API tokens.
import { editMe, editMember } from '../../app/member/edit.ts'
import { inviteMember, linkMember } from '../../app/member/invite.ts'
import { getMe, listMembers } from '../../app/member/list.ts'
import { removePassword, setPassword } from '../../app/member/password.ts'
import { removeMember } from '../../app/member/remove.ts'
import { endSession, endSessions, listSessions } from '../../app/session/own.ts'
import { createToken } from '../../app/token/create.ts'
import { listTokens } from '../../app/token/list.ts'
import { revokeToken } from '../../app/token/revoke.ts'
import type { Call, Route } from '../route-table.ts'

const base = '/accounts/:account_id/drawbridge'
const user = ({ params }: Call) => params['user_id'] ?? ''
const id = ({ params }: Call) => params['id'] ?? ''

export const memberRoutes: readonly Route[] = [
  { method: 'GET', path: `${base}/members`, handle: ({ context, principal }) => listMembers(context, principal) },
  { method: 'POST', path: `${base}/members`, handle: ({ context, principal, body }) => inviteMember(context, principal, body) },
  {
    method: 'PATCH',
    path: `${base}/members/:user_id`,
    handle: (call) => editMember(call.context, call.principal, { user: user(call), body: call.body }),
  },
  { method: 'DELETE', path: `${base}/members/:user_id`, handle: (call) => removeMember(call.context, call.principal, user(call)) },
  { method: 'POST', path: `${base}/members/:user_id/link`, handle: (call) => linkMember(call.context, call.principal, user(call)) },
  { method: 'GET', path: `${base}/me`, handle: ({ context, principal }) => getMe(context, principal) },
  { method: 'PATCH', path: `${base}/me`, handle: ({ context, principal, body }) => editMe(context, principal, body) },
  { method: 'PUT', path: `${base}/me/password`, handle: ({ context, principal, body }) => setPassword(context, principal, body) },
  { method: 'DELETE', path: `${base}/me/password`, handle: ({ context, principal, body }) => removePassword(context, principal, body) },
  { method: 'GET', path: `${base}/me/sessions`, handle: ({ context, principal }) => listSessions(context, principal) },
  { method: 'DELETE', path: `${base}/me/sessions`, handle: ({ context, principal }) => endSessions(context, principal) },
  { method: 'DELETE', path: `${base}/me/sessions/:id`, handle: (call) => endSession(call.context, call.principal, id(call)) },
  { method: 'GET', path: `${base}/tokens`, handle: ({ context, principal }) => listTokens(context, principal) },
  { method: 'POST', path: `${base}/tokens`, handle: ({ context, principal, body }) => createToken(context, principal, body) },
  { method: 'DELETE', path: `${base}/tokens/:id`, handle: (call) => revokeToken(call.context, call.principal, id(call)) },
]
