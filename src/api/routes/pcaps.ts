// Routes of packet captures in the form of the original (contract §3.1).
import { addBucket } from '../../app/bucket/add.ts'
import { listBuckets } from '../../app/bucket/list.ts'
import { removeBucket } from '../../app/bucket/remove.ts'
import { validateBucket } from '../../app/bucket/validate.ts'
import { getCapture } from '../../app/capture/get.ts'
import { listNewestCaptures } from '../../app/capture/list.ts'
import { downloadCapture } from '../../app/capture/packets.ts'
import { startCapture } from '../../app/capture/start.ts'
import { stopFullCapture } from '../../app/capture/stop.ts'
import { pcapView } from '../../app/capture/view.ts'
import { ByteAnswer, noContent } from '../byte-answer.ts'
import type { Call, Route } from '../route-table.ts'

const path = '/accounts/:account_id/pcaps'
const id = ({ params }: Call) => params['pcap_id'] ?? ''

/** The router takes fixed parts of a path before placeholders: `ownership` is no id. */
export const pcapRoutes: readonly Route[] = [
  { method: 'GET', path, handle: async ({ context, principal }) => (await listNewestCaptures(context, principal)).map(pcapView) },
  { method: 'POST', path, handle: async ({ context, principal, body }) => pcapView(await startCapture(context, principal, body)) },
  { method: 'GET', path: `${path}/ownership`, handle: ({ context, principal }) => listBuckets(context, principal) },
  { method: 'POST', path: `${path}/ownership`, handle: ({ context, principal, body }) => addBucket(context, principal, body) },
  {
    method: 'POST',
    path: `${path}/ownership/validate`,
    handle: ({ context, principal, body }) => validateBucket(context, principal, body),
  },
  { method: 'DELETE', path: `${path}/ownership/:ownership_id`, handle: remove },
  { method: 'GET', path: `${path}/:pcap_id`, handle: async (call) => pcapView(await getCapture(call.context, call.principal, id(call))) },
  { method: 'GET', path: `${path}/:pcap_id/download`, handle: download },
  { method: 'PUT', path: `${path}/:pcap_id/stop`, handle: stop },
]

async function download(call: Call): Promise<ByteAnswer> {
  return new ByteAnswer(await downloadCapture(call.context, call.principal, { id: id(call), query: {} }))
}

async function stop(call: Call): Promise<typeof noContent> {
  await stopFullCapture(call.context, call.principal, id(call))
  return noContent
}

async function remove({ context, principal, params }: Call): Promise<typeof noContent> {
  await removeBucket(context, principal, params['ownership_id'] ?? '')
  return noContent
}
