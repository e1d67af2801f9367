// Routes of signatures: what is derived from packets, and what it is derived from.
import { deriveSignature } from '../../app/signature/derive.ts'
import { editSignature } from '../../app/signature/edit.ts'
import { getRendering, getSignature } from '../../app/signature/get.ts'
import { listSignatures } from '../../app/signature/list.ts'
import { removeSignature } from '../../app/signature/remove.ts'
import { uploadCapture } from '../../app/signature/upload.ts'
import { Answer } from '../envelope.ts'
import type { Call, Route } from '../route-table.ts'

const path = '/accounts/:account_id/drawbridge/signatures'
const one = `${path}/:signature_id`
const id = ({ params }: Call) => params['signature_id'] ?? ''

/** The router takes fixed parts of a path before placeholders: `files` is no id. */
export const signatureRoutes: readonly Route[] = [
  { method: 'GET', path, handle: list },
  { method: 'POST', path, handle: ({ context, principal, body }) => deriveSignature(context, principal, body) },
  {
    method: 'POST',
    path: `${path}/files`,
    handle: ({ context, principal, query, bytes }) => uploadCapture(context, principal, { query, bytes }),
    takesBytes: true,
  },
  { method: 'GET', path: one, handle: (call) => getSignature(call.context, call.principal, id(call)) },
  { method: 'PATCH', path: one, handle: (call) => editSignature(call.context, call.principal, { id: id(call), body: call.body }) },
  { method: 'DELETE', path: one, handle: (call) => removeSignature(call.context, call.principal, id(call)) },
  {
    method: 'GET',
    path: `${one}/renderings/:format`,
    handle: (call) => getRendering(call.context, call.principal, { id: id(call), format: call.params['format'] ?? '' }),
  },
]

async function list({ context, principal, query }: Call): Promise<Answer> {
  const { signatures, page, per_page, total_count } = await listSignatures(context, principal, query)
  const total_pages = Math.ceil(total_count / per_page)
  return new Answer(signatures, { pages: { page, per_page, count: signatures.length, total_count, total_pages } })
}
