// Routes of owned prefixes and of what is announced.
import { announceByHand } from '../../app/advertisement/announce.ts'
import { approveAdvertisement, rejectAdvertisement, withdrawByHand } from '../../app/advertisement/decide.ts'
import { takeEdgeCounters } from '../../app/advertisement/edge-counters.ts'
import { getAdvertisement, getAdvertisingStatus } from '../../app/advertisement/get.ts'
import { listAdvertisements } from '../../app/advertisement/list.ts'
import { previewAdvertisement } from '../../app/advertisement/preview.ts'
import { resumeAdvertising, stopAdvertising } from '../../app/advertisement/stop.ts'
import { editOwnedPrefix } from '../../app/owned-prefix/edit.ts'
import { listOwnedPrefixes } from '../../app/owned-prefix/list.ts'
import { registerOwnedPrefix } from '../../app/owned-prefix/register.ts'
import { removeOwnedPrefix } from '../../app/owned-prefix/remove.ts'
import { Answer } from '../envelope.ts'
import type { Call, Route } from '../route-table.ts'

const prefixes = '/accounts/:account_id/drawbridge/prefixes'
const advertisements = '/accounts/:account_id/drawbridge/advertisements'
const prefixId = ({ params }: Call) => params['prefix_id'] ?? ''
const id = ({ params }: Call) => params['advertisement_id'] ?? ''
const decision = (call: Call) => ({ id: id(call), body: call.body })

export const advertisementRoutes: readonly Route[] = [
  { method: 'GET', path: prefixes, handle: ({ context, principal }) => listOwnedPrefixes(context, principal) },
  { method: 'POST', path: prefixes, handle: register },
  {
    method: 'PATCH',
    path: `${prefixes}/:prefix_id`,
    handle: (call) => editOwnedPrefix(call.context, call.principal, { id: prefixId(call), body: call.body }),
  },
  {
    method: 'DELETE',
    path: `${prefixes}/:prefix_id`,
    handle: (call) => removeOwnedPrefix(call.context, call.principal, prefixId(call)),
  },
  { method: 'GET', path: advertisements, handle: list },
  { method: 'POST', path: advertisements, handle: ({ context, principal, body }) => announceByHand(context, principal, body) },
  { method: 'GET', path: `${advertisements}/status`, handle: ({ context, principal }) => getAdvertisingStatus(context, principal) },
  {
    method: 'POST',
    path: `${advertisements}/preview`,
    handle: ({ context, principal, body }) => previewAdvertisement(context, principal, body),
  },
  { method: 'POST', path: `${advertisements}/stop`, handle: ({ context, principal, body }) => stopAdvertising(context, principal, body) },
  {
    method: 'POST',
    path: `${advertisements}/resume`,
    handle: ({ context, principal, body }) => resumeAdvertising(context, principal, body),
  },
  {
    method: 'POST',
    path: `${advertisements}/edge-counters`,
    handle: ({ context, principal, body }) => takeEdgeCounters(context, principal, body),
  },
  {
    method: 'GET',
    path: `${advertisements}/:advertisement_id`,
    handle: (call) => getAdvertisement(call.context, call.principal, id(call)),
  },
  {
    method: 'POST',
    path: `${advertisements}/:advertisement_id/withdraw`,
    handle: (call) => withdrawByHand(call.context, call.principal, decision(call)),
  },
  {
    method: 'POST',
    path: `${advertisements}/:advertisement_id/approve`,
    handle: (call) => approveAdvertisement(call.context, call.principal, decision(call)),
  },
  {
    method: 'POST',
    path: `${advertisements}/:advertisement_id/reject`,
    handle: (call) => rejectAdvertisement(call.context, call.principal, decision(call)),
  },
]

/** Code of remarks about a prefix that can be registered but is not what one would expect. */
const warningCode = 20101

async function register({ context, principal, body }: Call): Promise<Answer> {
  const { result, warnings } = await registerOwnedPrefix(context, principal, body)
  return new Answer(result, { messages: warnings.map((message) => ({ code: warningCode, message })) })
}

async function list({ context, principal, query }: Call): Promise<Answer> {
  const { advertisements, page, per_page, total_count } = await listAdvertisements(context, principal, query)
  const total_pages = Math.ceil(total_count / per_page)
  return new Answer(advertisements, { pages: { page, per_page, count: advertisements.length, total_count, total_pages } })
}
