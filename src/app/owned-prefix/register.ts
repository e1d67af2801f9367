// Registers a prefix as owned: from then on it may be announced, as far as its fields allow.
import { parseIpPrefix } from '../../base/ip-prefix.ts'
import { ownedPrefixDefaults, type OwnedPrefix, type OwnedPrefixFields } from '../../contract/owned-prefix.ts'
import { change } from '../change.ts'
import { timeText, type AdvertisingContext, type Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { newId } from '../../base/secret.ts'
import { parseOwnedPrefix } from './fields.ts'
import { judged } from './judged.ts'
import { insertOwnedPrefix } from './rows.ts'

/** partial() makes keys optional, it never puts undefined in: JSON has none. */
type Given = Partial<OwnedPrefixFields> & Pick<OwnedPrefixFields, 'cidr' | 'origin_as'>

/** A prefix as it is now, and sentences about what one might not expect of it. */
export interface WrittenPrefix {
  readonly result: OwnedPrefix
  readonly warnings: readonly string[]
}

/**
 * @param body `{cidr, origin_as}` and the other fields of OwnedPrefixFields, which have defaults
 * @throws ApiError prefix_invalid, forbidden
 */
export async function registerOwnedPrefix(context: AdvertisingContext, principal: Principal, body: unknown): Promise<WrittenPrefix> {
  requireScope(principal, 'prefixes:write')
  const input = parseOwnedPrefix(body)
  const at = timeText(context.clock.now())
  const id = newId()
  const account = principal.account.number
  const written = await change(context, principal, async (state) => {
    const { fields, warnings } = await judged(state, { ...defaultsFor(input.cidr), ...(input as Given) }, { id, account })
    const prefix = { ...fields, id, account, created_at: at, modified_at: at }
    await insertOwnedPrefix(state, prefix)
    const audit = { action: 'prefix.register', target: prefix.cidr, detail: { prefix } }
    return { result: { result: prefix, warnings }, audit }
  })
  await context.advertising.ownedPrefixesChanged()
  return written
}

function defaultsFor(cidr: string): Omit<OwnedPrefixFields, 'cidr' | 'origin_as'> {
  const prefix = parseIpPrefix(cidr)?.prefix
  // What is no prefix is refused for that, whatever its lengths.
  return prefix === undefined ? ownedPrefixDefaults(4, 0) : ownedPrefixDefaults(prefix.family, prefix.length)
}
