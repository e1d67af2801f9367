// Lists signatures of an account, the newest first.
import { z } from 'zod'
import type { Signature } from '../../contract/signature.ts'
import type { Principal, SignatureContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'

const whole = (max: number) => {
  const message = `must be a whole number from 1 to ${max}`
  return z.coerce.number({ error: message }).int(message).min(1, message).max(max, message)
}
const input = z.object({ page: whole(1_000_000).default(1), per_page: whole(100).default(20) })

export interface SignaturePage {
  readonly signatures: readonly Signature[]
  readonly page: number
  readonly per_page: number
  readonly total_count: number
}

/**
 * Without what was measured about them.
 * @param query `{page?, per_page?}`; a page behind the last is empty
 * @throws ApiError invalid_request, forbidden
 */
export async function listSignatures(
  { deriving }: Pick<SignatureContext, 'deriving'>,
  principal: Principal,
  query: unknown,
): Promise<SignaturePage> {
  requireScope(principal, 'signatures:read')
  const { page, per_page } = parseInput(input, query, 'invalid_request')
  const { total, signatures } = await deriving.list(principal.account.number, { limit: per_page, offset: (page - 1) * per_page })
  return { signatures, page, per_page, total_count: total }
}
