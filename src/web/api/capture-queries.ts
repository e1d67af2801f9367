// Questions about captures: which run and ran, what one has caught, its packets, where it may be sent.
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Bucket, Capture, CaptureManifest, CapturePolicy, PacketDetail, PacketSummary } from '../../contract/capture.ts'
import { bucketPath, previewCapture, type CaptureBody } from './capture-actions.ts'
import { request, requestPage } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

export const capturesPerPage = 25
export const packetsPerPage = 100
// The greatest page of the API. More run at a time for nobody: a server comes with a limit of 8.
const mostRunning = 100

function listPath(account: string, parameters: Readonly<Record<string, string | number>>): string {
  const search = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)]))
  return drawbridgePath(account, `captures?${search.toString()}`)
}

/** Those that run, the newest first. */
export function runningCapturesQuery(account: string) {
  return queryOptions({
    queryKey: ['captures', account, 'running'],
    queryFn: ({ signal }) =>
      requestPage<Capture>({ path: listPath(account, { state: 'running', page: 1, per_page: mostRunning }), signal }),
    refetchInterval: 1000,
    retry: false,
  })
}

/** One page of those that are over, the newest first. */
export function endedCapturesQuery(account: string, page: number) {
  return queryOptions({
    queryKey: ['captures', account, 'ended', page],
    queryFn: ({ signal }) => requestPage<Capture>({ path: listPath(account, { state: 'ended', page, per_page: capturesPerPage }), signal }),
    refetchInterval: 3000,
    retry: false,
    placeholderData: keepPreviousData,
  })
}

/** Those that an incident has started. */
export function incidentCapturesQuery(account: string, incident: string) {
  return queryOptions({
    queryKey: ['captures', account, 'incident', incident],
    queryFn: ({ signal }) => requestPage<Capture>({ path: listPath(account, { incident_id: incident, page: 1, per_page: 5 }), signal }),
    refetchInterval: 5000,
    retry: false,
  })
}

/** One capture. How often it is asked for is up to the page, which may hear of changes by itself. */
export function captureQuery(account: string, id: string) {
  return queryOptions({
    queryKey: ['captures', account, 'one', id],
    queryFn: ({ signal }) => request<Capture>({ path: drawbridgePath(account, `captures/${id}`), signal }),
    retry: false,
  })
}

export function capturePreviewQuery(account: string, body: CaptureBody) {
  return queryOptions({
    queryKey: ['captures', account, 'preview', body],
    queryFn: ({ signal }) => previewCapture(account, body, signal),
    retry: false,
    refetchInterval: 15_000,
    placeholderData: keepPreviousData,
  })
}

/** A page of the packets, by time. Of a capture that is over: until then the order is not known. */
export function packetsQuery(account: string, id: string, page: number) {
  const offset = (page - 1) * packetsPerPage
  return queryOptions({
    queryKey: ['packets', account, id, 'page', page],
    queryFn: ({ signal }) =>
      request<readonly PacketSummary[]>({
        path: drawbridgePath(account, `captures/${id}/packets?offset=${offset}&limit=${packetsPerPage}`),
        signal,
      }),
    retry: false,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function packetQuery(account: string, id: string, number: number) {
  return queryOptions({
    queryKey: ['packets', account, id, 'one', number],
    queryFn: ({ signal }) => request<PacketDetail>({ path: drawbridgePath(account, `captures/${id}/packets/${number}`), signal }),
    retry: false,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function manifestPath(account: string, id: string): string {
  return drawbridgePath(account, `captures/${id}/manifest`)
}

/** Reads the whole capture on the server: asked for by hand only. */
export function manifestQuery(account: string, id: string) {
  return queryOptions({
    queryKey: ['packets', account, id, 'manifest'],
    queryFn: ({ signal }) => request<CaptureManifest>({ path: manifestPath(account, id), signal }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export type DownloadFormat = 'pcap' | 'pcapng'

/** Address of a download; the session's cookie opens it. @param agent only the packets of one */
export function downloadPath(account: string, id: string, format: DownloadFormat, agent?: string): string {
  const one = agent === undefined ? '' : `&agent=${encodeURIComponent(agent)}`
  return drawbridgePath(account, `captures/${id}/download?format=${format}${one}`)
}

/** Address of the WebSocket that tells each change of a capture. */
export function livePath(account: string, id: string): string {
  return drawbridgePath(account, `captures/${id}/live`)
}

export function capturePolicyQuery(account: string) {
  return queryOptions({
    queryKey: ['capture-policy', account],
    queryFn: ({ signal }) => request<CapturePolicy>({ path: drawbridgePath(account, 'captures/policy'), signal }),
    staleTime: 30_000,
    retry: false,
  })
}

export function bucketsQuery(account: string) {
  return queryOptions({
    queryKey: ['buckets', account],
    queryFn: async ({ signal }) => (await request<readonly Bucket[] | null>({ path: bucketPath(account), signal })) ?? [],
    refetchInterval: 15_000,
    retry: false,
  })
}
