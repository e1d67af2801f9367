// Whether this machine can take flows, and whether test flows come through to the store.
import type { DoctorReport } from '../../contract/doctor.ts'
import type { AppContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'

type DoctorContext = Pick<AppContext, 'doctor'>

/** @throws ApiError forbidden */
export async function examineMachine({ doctor }: DoctorContext, principal: Principal): Promise<DoctorReport> {
  requireScope(principal, 'mnm:read')
  return await doctor.look()
}

/**
 * Sends test flows too: some seconds, half a minute when something is broken.
 * @throws ApiError forbidden
 */
export async function selfTest({ doctor }: DoctorContext, principal: Principal): Promise<DoctorReport> {
  requireScope(principal, 'mnm:write')
  return await doctor.test()
}
