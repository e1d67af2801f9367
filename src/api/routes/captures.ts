// Routes of packet captures in our own form: everything that the original has, and what it has not.
import { getCapture, getFilterFields, getManifest } from '../../app/capture/get.ts'
import { listCaptures } from '../../app/capture/list.ts'
import { downloadCapture, getPacket, listPackets, tailCapture } from '../../app/capture/packets.ts'
import { getCapturePolicy, setCapturePolicy } from '../../app/capture/policy.ts'
import { previewCapture } from '../../app/capture/preview.ts'
import { startCapture } from '../../app/capture/start.ts'
import { removeCapture, stopCapture } from '../../app/capture/stop.ts'
import { ApiError } from '../../contract/api-errors.ts'
import { ByteAnswer } from '../byte-answer.ts'
import { Answer } from '../envelope.ts'
import type { Call, Route } from '../route-table.ts'

const path = '/accounts/:account_id/drawbridge/captures'
const one = `${path}/:capture_id`
const id = ({ params }: Call) => params['capture_id'] ?? ''

export const captureRoutes: readonly Route[] = [
  { method: 'GET', path, handle: list },
  { method: 'POST', path, handle: ({ context, principal, body }) => startCapture(context, principal, body) },
  { method: 'POST', path: `${path}/preview`, handle: ({ context, principal, body }) => previewCapture(context, principal, body) },
  { method: 'GET', path: `${path}/fields`, handle: ({ principal }) => getFilterFields(principal) },
  { method: 'GET', path: `${path}/policy`, handle: ({ context, principal }) => getCapturePolicy(context, principal) },
  { method: 'PUT', path: `${path}/policy`, handle: ({ context, principal, body }) => setCapturePolicy(context, principal, body) },
  { method: 'GET', path: one, handle: (call) => getCapture(call.context, call.principal, id(call)) },
  { method: 'DELETE', path: one, handle: (call) => removeCapture(call.context, call.principal, id(call)) },
  { method: 'POST', path: `${one}/stop`, handle: (call) => stopCapture(call.context, call.principal, id(call)) },
  { method: 'GET', path: `${one}/download`, handle: download },
  { method: 'GET', path: `${one}/manifest`, handle: (call) => getManifest(call.context, call.principal, id(call)) },
  {
    method: 'GET',
    path: `${one}/packets`,
    handle: (call) => listPackets(call.context, call.principal, { id: id(call), query: call.query }),
  },
  {
    method: 'GET',
    path: `${one}/packets/:number`,
    handle: (call) => getPacket(call.context, call.principal, { id: id(call), number: call.params['number'] ?? '' }),
  },
  { method: 'GET', path: `${one}/tail`, handle: tail },
  { method: 'GET', path: `${one}/live`, handle: live },
]

async function list({ context, principal, query }: Call): Promise<Answer> {
  const { captures, page, per_page, total_count } = await listCaptures(context, principal, query)
  const total_pages = Math.ceil(total_count / per_page)
  return new Answer(captures, { pages: { page, per_page, count: captures.length, total_count, total_pages } })
}

async function download(call: Call): Promise<ByteAnswer> {
  return new ByteAnswer(await downloadCapture(call.context, call.principal, { id: id(call), query: call.query }))
}

async function tail(call: Call): Promise<ByteAnswer> {
  return new ByteAnswer(await tailCapture(call.context, call.principal, { id: id(call), signal: call.signal }))
}

/** Those that ask for a WebSocket never come here. */
function live(): never {
  throw new ApiError('upgrade_required', { instead: 'GET the capture itself to read it once' })
}
