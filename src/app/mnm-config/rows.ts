// Reads and writes configurations in the state, with the rules that concern more than one field.
import { ApiError } from '../../contract/api-errors.ts'
import type { State } from '../context.ts'
import { canonicalAddress } from '../router/address.ts'
import { fromRow, toRow, type MnmConfig } from './fields.ts'

export async function readMnmConfig(state: State, account: number): Promise<MnmConfig | null> {
  const row = await state.selectFrom('mnm_config').selectAll().where('account', '=', account).executeTakeFirst()
  return row ? fromRow(row) : null
}

/**
 * Writes the configuration of an account, over one that is there.
 * @param at RFC 3339
 * @throws ApiError mnm_config_invalid, router_taken
 */
export async function writeMnmConfig(state: State, account: number, { config, at }: { config: MnmConfig; at: string }): Promise<void> {
  checkWarpDevices(config)
  await checkOwners(state, account, config)
  const row = { ...toRow(config), modified_at: at }
  await state
    .insertInto('mnm_config')
    .values({ ...row, account, created_at: at })
    .onConflict((conflict) => conflict.column('account').doUpdateSet(row))
    .execute()
  await forgetRouters(state, account, config)
}

function checkWarpDevices(config: MnmConfig): void {
  const routers = canonicalSet(config.router_ips)
  for (const [index, device] of (config.warp_devices ?? []).entries()) {
    if (routers.has(canonicalAddress(device.router_ip) ?? '')) continue
    const reason = `warp_devices[${index}].router_ip ${device.router_ip} is not one of router_ips`
    throw new ApiError('mnm_config_invalid', { reason }, `/warp_devices/${index}/router_ip`)
  }
}

async function checkOwners(state: State, account: number, config: MnmConfig): Promise<void> {
  const wanted = config.router_ips ?? []
  if (wanted.length === 0) return
  const others = await state.selectFrom('mnm_config').selectAll().where('account', '!=', account).execute()
  const taken = canonicalSet(others.flatMap((row) => fromRow(row).router_ips ?? []))
  for (const [index, text] of wanted.entries()) {
    const address = canonicalAddress(text)
    if (address !== undefined && taken.has(address)) throw new ApiError('router_taken', { address }, `/router_ips/${index}`)
  }
}

// What is known of a router goes with its address: it must not come back with an old sampling factor years later.
async function forgetRouters(state: State, account: number, config: MnmConfig): Promise<void> {
  const kept = canonicalSet(config.router_ips)
  const rows = await state.selectFrom('router').select('address').where('account', '=', account).execute()
  for (const { address } of rows) {
    if (kept.has(address)) continue
    await state.deleteFrom('router').where('account', '=', account).where('address', '=', address).execute()
  }
}

/** Canonical addresses, in the order of the list. */
export function canonicalSet(addresses: readonly string[] | null): Set<string> {
  return new Set((addresses ?? []).map(canonicalAddress).filter((address) => address !== undefined))
}
