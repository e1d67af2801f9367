// Reads one signature, and one of its renderings.
import { ApiError } from '../../contract/api-errors.ts'
import { renderingFormats, type Rendering, type Signature } from '../../contract/signature.ts'
import type { Principal, SignatureContext } from '../context.ts'
import { requireScope } from '../scopes.ts'

type Context = Pick<SignatureContext, 'deriving'>

/** @throws ApiError signature_not_found, forbidden */
export async function getSignature({ deriving }: Context, principal: Principal, id: string): Promise<Signature> {
  requireScope(principal, 'signatures:read')
  return await deriving.get(principal.account.number, id)
}

/** @throws ApiError signature_not_found, signature_state, invalid_request, forbidden */
export async function getRendering(
  context: Context,
  principal: Principal,
  { id, format }: { readonly id: string; readonly format: string },
): Promise<Rendering> {
  const { state, renderings } = await getSignature(context, principal, id)
  if (!renderingFormats.some((known) => known === format)) {
    throw new ApiError('invalid_request', { reason: `format must be one of ${renderingFormats.join(', ')}` })
  }
  const rendering = renderings.find((one) => one.format === format)
  if (rendering) return rendering
  const reason = state === 'done' ? 'nothing was found that holds the attack and spares the rest' : 'it is rendered when it is done'
  throw new ApiError('signature_state', { id, state, reason })
}
