// Stops advertising as a whole, and lets it go on. It is the server's, so it is up to its first account.
import { z } from 'zod'
import type { AdvertisingStatus } from '../../contract/advertisement.ts'
import { inFirstAccount } from '../account/first-account.ts'
import { change } from '../change.ts'
import type { AdvertisingContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { objectFault, parseInput } from '../validation.ts'
import { whyField } from './request.ts'

const strict = { error: objectFault }
const stopping = z.strictObject({ why: whyField, withdraw: z.boolean({ error: 'must be true or false' }).default(false) }, strict)
const resuming = z.strictObject({ why: whyField }, strict)

/**
 * Nothing more is announced, by whomever.
 * @param body `{why, withdraw?}`; with `withdraw` everything that is announced is withdrawn
 * @throws ApiError invalid_request, forbidden
 */
export async function stopAdvertising(context: AdvertisingContext, principal: Principal, body: unknown): Promise<AdvertisingStatus> {
  requireScope(principal, 'advertisements:write')
  await inFirstAccount(context.state, [principal])
  const { why, withdraw } = parseInput(stopping, body, 'invalid_request')
  await context.advertising.stopAll({ who: principal.user.email, why }, withdraw)
  return recorded(context, principal, { action: 'advertisement.stop', target: 'all', detail: { why, withdraw } })
}

/**
 * @param body `{why}`
 * @throws ApiError invalid_request, forbidden
 */
export async function resumeAdvertising(context: AdvertisingContext, principal: Principal, body: unknown): Promise<AdvertisingStatus> {
  requireScope(principal, 'advertisements:write')
  await inFirstAccount(context.state, [principal])
  const { why } = parseInput(resuming, body, 'invalid_request')
  await context.advertising.resume({ who: principal.user.email, why })
  return recorded(context, principal, { action: 'advertisement.resume', target: 'all', detail: { why } })
}

async function recorded(
  context: AdvertisingContext,
  principal: Principal,
  audit: { readonly action: string; readonly target: string; readonly detail: Readonly<Record<string, unknown>> },
): Promise<AdvertisingStatus> {
  const result = await context.advertising.status(principal.account.number)
  return change(context, principal, async () => ({ result, audit }))
}
