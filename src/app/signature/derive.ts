// Asks for a signature.
import { z } from 'zod'
import { defaultSignatureAsk, type Signature } from '../../contract/signature.ts'
import { change } from '../change.ts'
import type { Principal, SignatureContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { objectFault, parseInput } from '../validation.ts'
import { signatureName } from './name.ts'
import { attackInput, baselineInput, readBaseline, readSource } from './sources.ts'

const share = z.number({ error: 'must be a number from 0 to 1' }).min(0, 'must be at least 0').max(1, 'must be at most 1')
const parts = 'must be a whole number from 1 to 8'
const input = z.strictObject(
  {
    attack: attackInput,
    baseline: baselineInput,
    name: signatureName.optional(),
    max_false: share.default(defaultSignatureAsk.max_false),
    min_recall: share.default(defaultSignatureAsk.min_recall),
    max_parts: z
      .number({ error: parts })
      .int(parts)
      .min(1, parts)
      .max(defaultSignatureAsk.max_parts, parts)
      .default(defaultSignatureAsk.max_parts),
    sources: z.boolean({ error: 'must be true or false' }).default(defaultSignatureAsk.sources),
  },
  { error: objectFault },
)

/**
 * @param body `{attack, baseline?, name?, max_false?, min_recall?, max_parts?, sources?}`
 * @returns the signature, which waits to be derived
 * @throws ApiError signature_invalid, signature_limit, capture_not_found, capture_state, incident_not_found, filter_invalid, forbidden
 */
export async function deriveSignature(context: SignatureContext, principal: Principal, body: unknown): Promise<Signature> {
  requireScope(principal, 'signatures:write')
  const { attack, baseline: normal, name, ...ask } = parseInput(input, body, 'signature_invalid')
  const { source, name: ownName } = await readSource(context, principal, { input: attack, side: 'attack' })
  const baseline = await readBaseline(context, principal, { input: normal, attack: source })
  const { account, user } = principal
  const request = { account: account.number, name: name ?? ownName, source, baseline, ask, who: user.email }
  const result = await context.deriving.derive(request)
  const audit = { action: 'signature.derive', target: result.id, detail: { name: request.name, source, baseline, ...ask } }
  return change(context, principal, async () => ({ result, audit }))
}
