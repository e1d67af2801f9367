// Takes a capture file that signatures can be derived from.
import { z } from 'zod'
import { change } from '../change.ts'
import type { Principal, SignatureContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'
import { signatureName } from './name.ts'

const input = z.object({ name: signatureName.default('capture') })

export interface UploadedFile {
  readonly id: string
  readonly name: string
  readonly bytes: number
}

/**
 * @param request.query `{name?}`
 * @param request.bytes pcap or pcapng, read as they come
 * @throws ApiError signature_file_invalid, signature_file_too_large, signature_disk_full, invalid_request, forbidden
 */
export async function uploadCapture(
  context: SignatureContext,
  principal: Principal,
  { query, bytes }: { readonly query: unknown; readonly bytes: AsyncIterable<Uint8Array> },
): Promise<UploadedFile> {
  requireScope(principal, 'signatures:write')
  const { name } = parseInput(input, query, 'invalid_request')
  const result = await context.deriving.upload(principal.account.number, name, bytes)
  const audit = { action: 'signature.upload', target: result.id, detail: { name, bytes: result.bytes } }
  return change(context, principal, async () => ({ result, audit }))
}
