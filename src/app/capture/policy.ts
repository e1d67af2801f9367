// What an account allows its captures.
import { z } from 'zod'
import { readCapturePolicy } from '../../capture/jobs/capture-policy.ts'
import { defaultCapturePolicy, wholePackets, type CapturePolicy } from '../../contract/capture.ts'
import { change } from '../change.ts'
import { timeText, type CaptureContext, type Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { objectFault, parseInput } from '../validation.ts'

const whole = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`
  return z.number({ error: message }).int(message).min(least, message).max(most, message)
}
const flag = z.boolean({ error: 'must be true or false' })
const input = z.strictObject(
  {
    snap_length_cap: whole(20, wholePackets).default(defaultCapturePolicy.snap_length_cap),
    mask_payload: flag.default(defaultCapturePolicy.mask_payload),
    expire_days: whole(1, 3650).default(defaultCapturePolicy.expire_days),
    full_download: flag.default(defaultCapturePolicy.full_download),
  },
  { error: objectFault },
)

type Context = Pick<CaptureContext, 'state' | 'clock'>

/** @throws ApiError forbidden */
export async function getCapturePolicy({ state }: Context, principal: Principal): Promise<CapturePolicy> {
  requireScope(principal, 'captures:read')
  return readCapturePolicy(state, principal.account.number)
}

/**
 * Counts for captures that are started from now on; how long they are kept, and whether full ones can be downloaded, for all.
 * @param body what it is to be; what is left out has its default again
 * @throws ApiError invalid_request, forbidden
 */
export async function setCapturePolicy(context: Context, principal: Principal, body: unknown): Promise<CapturePolicy> {
  requireScope(principal, 'agents:write')
  const after = parseInput(input, body, 'invalid_request')
  const account = principal.account.number
  return change(context, principal, async (state) => {
    const before = await readCapturePolicy(state, account)
    const row = { policy: JSON.stringify(after), modified_at: timeText(context.clock.now()) }
    await state
      .insertInto('capture_policy')
      .values({ account, ...row })
      .onConflict((conflict) => conflict.column('account').doUpdateSet(row))
      .execute()
    return { result: after, audit: { action: 'capture.policy', target: 'account', detail: { before, after } } }
  })
}
