// Withdraws an advertisement by hand, and approves or rejects one that waits for that.
import { z } from 'zod'
import type { Advertisement } from '../../contract/advertisement.ts'
import { change } from '../change.ts'
import type { AdvertisingContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { objectFault, parseInput } from '../validation.ts'
import { refusedAsError } from './refused.ts'
import { whyField } from './request.ts'

const strict = { error: objectFault }
const withdrawal = z.strictObject(
  {
    why: whyField,
    cause: z
      .string({ error: 'must be the id of a cause' })
      .regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits')
      .optional(),
  },
  strict,
)
const decision = z.strictObject({ why: whyField }, strict)

/** Which advertisement, and what the client sent. */
export interface DecisionRequest {
  readonly id: string
  readonly body: unknown
}

/**
 * Releases one cause, or all of them; the last one withdraws.
 * @param request.body `{why, cause?}`
 * @throws ApiError advertisement_not_found, advertisement_state, invalid_request, forbidden
 */
export async function withdrawByHand(context: AdvertisingContext, principal: Principal, request: DecisionRequest): Promise<Advertisement> {
  requireScope(principal, 'advertisements:write')
  const { why, cause } = parseInput(withdrawal, request.body, 'invalid_request')
  const actor = { who: principal.user.email, why }
  const result = await context.advertising.release(principal.account.number, request.id, actor, cause)
  return decided(context, principal, { action: 'advertisement.withdraw', result, why })
}

/**
 * @param request.body `{why}`
 * @throws ApiError advertisement_not_found, advertisement_state, advertisement_refused, invalid_request, forbidden
 */
export async function approveAdvertisement(
  context: AdvertisingContext,
  principal: Principal,
  request: DecisionRequest,
): Promise<Advertisement> {
  requireScope(principal, 'advertisements:write')
  const { why } = parseInput(decision, request.body, 'invalid_request')
  const approval = context.advertising.approve(principal.account.number, request.id, { who: principal.user.email, why })
  const result = await refusedAsError(request.id, approval)
  return decided(context, principal, { action: 'advertisement.approve', result, why })
}

/**
 * @param request.body `{why}`
 * @throws ApiError advertisement_not_found, advertisement_state, invalid_request, forbidden
 */
export async function rejectAdvertisement(
  context: AdvertisingContext,
  principal: Principal,
  request: DecisionRequest,
): Promise<Advertisement> {
  requireScope(principal, 'advertisements:write')
  const { why } = parseInput(decision, request.body, 'invalid_request')
  const result = await context.advertising.reject(principal.account.number, request.id, { who: principal.user.email, why })
  return decided(context, principal, { action: 'advertisement.reject', result, why })
}

interface Decided {
  readonly action: string
  readonly result: Advertisement
  readonly why: string
}

function decided(context: AdvertisingContext, principal: Principal, { action, result, why }: Decided): Promise<Advertisement> {
  const audit = { action, target: result.id, detail: { prefix: result.route.prefix, why } }
  return change(context, principal, async () => ({ result, audit }))
}
