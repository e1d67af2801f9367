// What an account allows its captures, from the state database.
import type { Kysely } from 'kysely'
import { defaultCapturePolicy, type CaptureExtension, type CapturePolicy } from '../../contract/capture.ts'
import type { StateTables } from '../../store/state-tables.ts'

const dayMs = 86_400_000

export async function readCapturePolicy(state: Kysely<StateTables>, account: number): Promise<CapturePolicy> {
  const row = await state.selectFrom('capture_policy').select('policy').where('account', '=', account).executeTakeFirst()
  // Written from a checked CapturePolicy; what a later version added has its default.
  const kept = row === undefined ? {} : (JSON.parse(row.policy) as Partial<CapturePolicy>)
  return { ...defaultCapturePolicy, ...kept }
}

/** The extension as the policy allows it. */
export function withinPolicy(extension: CaptureExtension, policy: CapturePolicy): CaptureExtension {
  return {
    ...extension,
    snap_length: Math.min(extension.snap_length, policy.snap_length_cap),
    mask_payload: extension.mask_payload || policy.mask_payload,
  }
}

/** When the packets of a capture go that ended then. */
export function expiryOf({ expire_days }: CapturePolicy, endedAt: string): string {
  return new Date(Date.parse(endedAt) + expire_days * dayMs).toISOString()
}
