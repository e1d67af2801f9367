// Live checks of routers that are being set up: opened, looked at, pointed at one of several senders, saved and closed.
import { z } from 'zod'
import { ApiError } from '../../contract/api-errors.ts'
import type { RouterCheck } from '../../contract/router-check.ts'
import { guideSummaries } from '../../setup/config/guides.ts'
import type { AppContext, Principal, State } from '../context.ts'
import { canonicalAddress } from '../router/address.ts'
import { registeredRouters } from '../router/publish.ts'
import { hasScope } from '../../contract/scopes.ts'
import { requireScope } from '../scopes.ts'
import { objectFault, parseInput } from '../validation.ts'

type CheckContext = Pick<AppContext, 'state' | 'checks'>

const strict = { error: objectFault }
const address = z.string({ error: 'must be text' }).transform((text, fault) => {
  const canonical = canonicalAddress(text)
  if (canonical !== undefined) return canonical
  fault.addIssue('must be an IPv4 or IPv6 address')
  return z.NEVER
})
const request = z.strictObject({ expected: address.optional(), guide: z.string({ error: 'must be text' }).optional() }, strict)
const choice = z.strictObject({ sender: address }, strict)

/**
 * @param body `{expected?, guide?}`: any spelling of the address that the router will send from, and whose advice is wanted
 * @throws ApiError router_check_limit, router_guide_not_found, router_taken, invalid_request, forbidden
 */
export async function openRouterCheck(context: CheckContext, principal: Principal, body: unknown): Promise<RouterCheck> {
  const account = reader(principal)
  const { expected, guide } = parseInput(request, body ?? {}, 'invalid_request')
  if (guide !== undefined && !guideSummaries().some(({ id }) => id === guide)) {
    throw new ApiError('router_guide_not_found', { id: JSON.stringify(guide.slice(0, 64)) }, '/guide')
  }
  if (expected !== undefined) await refuseOthers(context.state, account, { address: expected, pointer: '/expected' })
  return shown(principal, await context.checks.open({ account, expected: expected ?? null, guide: guide ?? null }))
}

/** Keeps it open. @throws ApiError router_check_not_found, forbidden */
export async function lookAtRouterCheck({ checks }: CheckContext, principal: Principal, id: string): Promise<RouterCheck> {
  return shown(principal, await checks.look(reader(principal), id))
}

/** @throws ApiError forbidden */
export async function listRouterChecks({ checks }: CheckContext, principal: Principal): Promise<readonly RouterCheck[]> {
  const open = await checks.list(reader(principal))
  return open.map((check) => shown(principal, check))
}

/** Which check, and what the client sent. */
export interface SenderChoice {
  readonly id: string
  readonly body: unknown
}

/**
 * @param chosen.body `{sender}`, any spelling of the address that is to be looked at
 * @throws ApiError router_check_not_found, router_taken, invalid_request, forbidden
 */
export async function chooseSender(context: CheckContext, principal: Principal, chosen: SenderChoice): Promise<RouterCheck> {
  const account = reader(principal)
  const { sender } = parseInput(choice, chosen.body, 'invalid_request')
  await refuseOthers(context.state, account, { address: sender, pointer: '/sender' })
  return shown(principal, await context.checks.choose(account, chosen.id, sender))
}

/** @throws ApiError router_check_not_found, forbidden */
export function closeRouterCheck({ checks }: CheckContext, principal: Principal, id: string): { readonly id: string } {
  checks.close(reader(principal), id)
  return { id }
}

/** A file for whoever asks. */
export interface CheckedDatagrams {
  readonly contentType: string
  readonly fileName: string
  readonly body: AsyncIterable<Uint8Array>
}

/**
 * What the router has sent since the check began, as far as it is kept: a pcap file. It holds flows, so it takes the scope
 * that flows are read with.
 * @throws ApiError router_check_not_found, router_check_empty, forbidden
 */
export function saveCheckedDatagrams({ checks }: CheckContext, principal: Principal, id: string): CheckedDatagrams {
  const account = reader(principal)
  requireScope(principal, 'analytics:read')
  const file = checks.pcap(account, id)
  return { contentType: 'application/vnd.tcpdump.pcap', fileName: `router-check-${id.slice(0, 8)}.pcap`, body: whole(file) }
}

async function* whole(file: Uint8Array): AsyncGenerator<Uint8Array> {
  yield file
}

function reader(principal: Principal): number {
  requireScope(principal, 'mnm:read')
  return principal.account.number
}

/** @throws ApiError router_taken: what another account's router sends is nobody else's business */
async function refuseOthers(state: State, account: number, named: { readonly address: string; readonly pointer: string }): Promise<void> {
  const routers = await registeredRouters(state)
  const taken = routers.some((router) => router.address === named.address && router.account !== account)
  if (taken) throw new ApiError('router_taken', { address: named.address }, named.pointer)
}

/** The sample is a flow, which some credentials may not read. */
function shown(principal: Principal, check: RouterCheck): RouterCheck {
  return hasScope(principal.scopes, 'analytics:read') ? check : { ...check, sample: null }
}
