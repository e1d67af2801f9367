// Forgets a signature and its packets.
import { change } from '../change.ts'
import type { Principal, SignatureContext } from '../context.ts'
import { requireScope } from '../scopes.ts'

/**
 * Stops it where it runs. What was made of it, such as rules of the firewall, stays.
 * @throws ApiError signature_not_found, forbidden
 */
export async function removeSignature(context: SignatureContext, principal: Principal, id: string): Promise<{ readonly id: string }> {
  requireScope(principal, 'signatures:write')
  const { name, filter, state } = await context.deriving.get(principal.account.number, id)
  await context.deriving.remove(principal.account.number, id)
  const audit = { action: 'signature.remove', target: id, detail: { name, filter, state } }
  return change(context, principal, async () => ({ result: { id }, audit }))
}
