// Gives a signature another name, or another filter.
import { z } from 'zod'
import type { Signature } from '../../contract/signature.ts'
import { longestFilter } from '../../filter/filter-tokens.ts'
import { readFilter } from '../capture/filters.ts'
import { change } from '../change.ts'
import type { Principal, SignatureContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { objectFault, parseInput } from '../validation.ts'
import { signatureName } from './name.ts'

const filterFault = `must be text of at most ${longestFilter} characters in the filter language, or null for the learnt one`
const input = z.strictObject(
  {
    name: signatureName.optional(),
    filter: z.string({ error: filterFault }).trim().min(1, filterFault).max(longestFilter, filterFault).nullable().optional(),
  },
  { error: objectFault },
)

/**
 * @param request.body `{name?, filter?}`; a filter is measured on the same packets, null is the learnt one again
 * @throws ApiError signature_not_found, signature_state, signature_invalid, signature_limit, filter_invalid, forbidden
 */
export async function editSignature(
  context: SignatureContext,
  principal: Principal,
  { id, body }: { readonly id: string; readonly body: unknown },
): Promise<Signature> {
  requireScope(principal, 'signatures:write')
  const { name, filter: text } = parseInput(input, body, 'signature_invalid')
  const filter = typeof text === 'string' ? { filter: readFilter(text) } : text === null ? { filter: null } : {}
  const result = await context.deriving.edit(principal.account.number, id, { ...(name === undefined ? {} : { name }), ...filter })
  const audit = { action: 'signature.edit', target: id, detail: { name, filter: text } }
  return change(context, principal, async () => ({ result, audit }))
}
