// Routes of edge agents: which there are, how they get in, their settings.
import { editAgent, removeAgent } from '../../app/agent/edit.ts'
import { createEnrolment } from '../../app/agent/enrol.ts'
import { listAgents } from '../../app/agent/list.ts'
import type { Call, Route } from '../route-table.ts'

const path = '/accounts/:account_id/drawbridge/agents'
const id = ({ params }: Call) => params['agent_id'] ?? ''

export const agentRoutes: readonly Route[] = [
  { method: 'GET', path, handle: ({ context, principal }) => listAgents(context, principal) },
  {
    method: 'POST',
    path: `${path}/enrolments`,
    handle: ({ context, principal, body, origin }) => createEnrolment(context, principal, { body, origin }),
  },
  {
    method: 'PATCH',
    path: `${path}/:agent_id`,
    handle: (call) => editAgent(call.context, call.principal, { id: id(call), body: call.body }),
  },
  { method: 'DELETE', path: `${path}/:agent_id`, handle: (call) => removeAgent(call.context, call.principal, id(call)) },
]
