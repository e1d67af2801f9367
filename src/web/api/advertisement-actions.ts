// What the pages do about advertising: announce, withdraw, decide, stop everything, register prefixes.
import type { Advertisement, AdvertisementPreview, FlowSpec } from '../../contract/advertisement.ts'
import type { DriverName, OwnedPrefix, OwnedPrefixFields, Purpose } from '../../contract/owned-prefix.ts'
import { request, requestRemarked, type Remarked } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

/** What somebody wants announced. */
export interface AnnounceFields {
  readonly prefix: string
  readonly purpose: Purpose
  readonly flowspec?: FlowSpec
  /** Left out for all that the registered prefix goes to. */
  readonly driver?: DriverName
  readonly why: string
  readonly minutes: number
  readonly dry_run: boolean
}

function post<T>(account: string, rest: string, body: unknown): Promise<T> {
  return request<T>({ method: 'POST', path: drawbridgePath(account, rest), body })
}

/** What would be sent to whom; nothing is. @throws ApiFailure with what the guard refuses */
export const previewAdvertisement = (account: string, fields: AnnounceFields): Promise<AdvertisementPreview> =>
  post(account, 'advertisements/preview', fields)

/** One advertisement for each driver. @throws ApiFailure */
export const announce = (account: string, fields: AnnounceFields): Promise<readonly Advertisement[]> =>
  post(account, 'advertisements', fields)

/** Releases one cause, or all of them. @throws ApiFailure */
export function withdraw(account: string, id: string, why: string, cause?: string): Promise<Advertisement> {
  return post(account, `advertisements/${id}/withdraw`, cause === undefined ? { why } : { why, cause })
}

/** Answers what waits for approval. @throws ApiFailure */
export const decide = (account: string, id: string, decision: 'approve' | 'reject', why: string): Promise<Advertisement> =>
  post(account, `advertisements/${id}/${decision}`, { why })

/** @param all whether what is announced is withdrawn, too. @throws ApiFailure */
export const stopAdvertising = (account: string, why: string, all: boolean): Promise<unknown> =>
  post(account, 'advertisements/stop', { why, withdraw: all })

export const resumeAdvertising = (account: string, why: string): Promise<unknown> => post(account, 'advertisements/resume', { why })

/** What is left out gets the server's default. @throws ApiFailure */
export function addPrefix(account: string, fields: Partial<OwnedPrefixFields>): Promise<Remarked<OwnedPrefix>> {
  return requestRemarked({ method: 'POST', path: drawbridgePath(account, 'prefixes'), body: fields })
}

/** What is left out stays. @throws ApiFailure */
export function changePrefix(account: string, id: string, change: Partial<OwnedPrefixFields>): Promise<Remarked<OwnedPrefix>> {
  return requestRemarked({ method: 'PATCH', path: drawbridgePath(account, `prefixes/${id}`), body: change })
}

export async function removePrefix(account: string, id: string): Promise<void> {
  await request({ method: 'DELETE', path: drawbridgePath(account, `prefixes/${id}`) })
}
