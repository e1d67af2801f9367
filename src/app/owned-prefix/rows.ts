// Owned prefixes as the state keeps them.
import type { Selectable } from 'kysely'
import { ApiError } from '../../contract/api-errors.ts'
import type { OwnedPrefix } from '../../contract/owned-prefix.ts'
import { ownedPrefixOf } from '../../mitigate/guard-facts.ts'
import type { StateTables } from '../../store/state-tables.ts'
import type { State } from '../context.ts'

type OwnedPrefixRow = Selectable<StateTables['owned_prefix']>

/** Owned prefixes of an account, or of all, oldest first. */
export async function readOwnedPrefixes(state: State, account?: number): Promise<OwnedPrefix[]> {
  const query = state.selectFrom('owned_prefix').selectAll().orderBy('created_at').orderBy('id')
  const rows = await (account === undefined ? query : query.where('account', '=', account)).execute()
  return rows.map(ownedPrefixOf)
}

/** @throws ApiError prefix_not_found */
export async function readOwnedPrefix(state: State, account: number, id: string): Promise<OwnedPrefix> {
  const row = await state.selectFrom('owned_prefix').selectAll().where('account', '=', account).where('id', '=', id).executeTakeFirst()
  if (!row) throw new ApiError('prefix_not_found', { id })
  return ownedPrefixOf(row)
}

export async function insertOwnedPrefix(state: State, prefix: OwnedPrefix): Promise<void> {
  await state.insertInto('owned_prefix').values(toRow(prefix)).execute()
}

/** Writes one over itself. */
export async function updateOwnedPrefix(state: State, prefix: OwnedPrefix): Promise<void> {
  const { id, ...row } = toRow(prefix)
  await state.updateTable('owned_prefix').set(row).where('id', '=', id).execute()
}

/** Whether anything that it covers is not withdrawn. */
export async function isAnnounced(state: State, id: string): Promise<boolean> {
  const live = state.selectFrom('advertisement').select('id').where('owned_prefix', '=', id).where('state', '<>', 'withdrawn')
  return (await live.limit(1).executeTakeFirst()) !== undefined
}

function toRow(prefix: OwnedPrefix): OwnedPrefixRow {
  return {
    ...prefix,
    drivers: JSON.stringify(prefix.drivers),
    flowspec: Number(prefix.flowspec),
    automatic: Number(prefix.automatic),
    approval: Number(prefix.approval),
    locked: Number(prefix.locked),
  }
}
