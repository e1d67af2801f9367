// Routes of the doctor: a look at the server's machine, and the self test.
import { examineMachine, selfTest } from '../../app/setup/doctor.ts'
import type { Route } from '../route-table.ts'

const path = '/accounts/:account_id/drawbridge/doctor'

export const doctorRoutes: readonly Route[] = [
  { method: 'GET', path, handle: ({ context, principal }) => examineMachine(context, principal) },
  { method: 'POST', path, handle: ({ context, principal }) => selfTest(context, principal) },
]
