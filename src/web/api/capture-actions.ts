// What the pages ask for about captures: start, stop and remove them, add buckets, set what the account allows.
import type { Bucket, Capture, CaptureExtension, CapturePolicy, CapturePreview, CaptureType } from '../../contract/capture.ts'
import { request } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

/** Body of a request for a capture. What is left out gets the server's default. */
export interface CaptureBody {
  readonly type: CaptureType
  readonly system: 'magic-transit'
  /** Text in the filter language. */
  readonly filter?: string
  /** Seconds. */
  readonly time_limit: number
  readonly packet_limit?: number
  readonly byte_limit?: number
  /** RFC 3339. */
  readonly offset_time?: string
  readonly colo_name?: string
  readonly destination_conf?: string
  readonly drawbridge: Partial<CaptureExtension>
}

/** What the capture would take and where; nothing is started. @throws ApiFailure, with the place of a fault in the filter */
export function previewCapture(account: string, body: CaptureBody, signal: AbortSignal): Promise<CapturePreview> {
  return request({ method: 'POST', path: drawbridgePath(account, 'captures/preview'), body, signal })
}

/** @throws ApiFailure */
export function startCapture(account: string, body: CaptureBody): Promise<Capture> {
  return request({ method: 'POST', path: drawbridgePath(account, 'captures'), body })
}

export function stopCapture(account: string, id: string): Promise<Capture> {
  return request({ method: 'POST', path: drawbridgePath(account, `captures/${id}/stop`) })
}

export async function removeCapture(account: string, id: string): Promise<void> {
  await request({ method: 'DELETE', path: drawbridgePath(account, `captures/${id}`) })
}

export function changeCapturePolicy(account: string, policy: CapturePolicy): Promise<CapturePolicy> {
  return request({ method: 'PUT', path: drawbridgePath(account, 'captures/policy'), body: policy })
}

/** Path of the buckets, which are part of the original API. */
export function bucketPath(account: string, rest = ''): string {
  return `/client/v4/accounts/${account}/pcaps/ownership${rest}`
}

/** Writes the challenge into the bucket, unless the address brings keys that prove it. @throws ApiFailure */
export function addBucket(account: string, destination: string): Promise<Bucket> {
  return request({ method: 'POST', path: bucketPath(account), body: { destination_conf: destination } })
}

/** @param challenge contents of the file in the bucket. @throws ApiFailure */
export function validateBucket(account: string, destination: string, challenge: string): Promise<Bucket> {
  const body = { destination_conf: destination, ownership_challenge: challenge }
  return request({ method: 'POST', path: bucketPath(account, '/validate'), body })
}

export async function removeBucket(account: string, id: string): Promise<void> {
  await request({ method: 'DELETE', path: bucketPath(account, `/${id}`) })
}
