// The verdict of the first page: what is wrong with collection right now, the gravest first. Pure; texts are elsewhere.
import type { LedgerRun, LedgerView, ListenerStatus, RouterStatus, UnregisteredSender } from '../../contract/collector-status.ts'

/** Answer of `drawbridge/ledger`. */
export interface LedgerReport {
  readonly totals: LedgerView
  readonly listeners: readonly ListenerStatus[]
  readonly runs: readonly LedgerRun[]
  readonly store: { readonly ready: boolean; readonly segments_waiting: number }
}

export type Severity = 'error' | 'warning' | 'notice'

/** One thing that somebody should know, with the values that its sentence needs. */
export type Finding = { readonly severity: Severity } & (
  | { readonly kind: 'store-down'; readonly segments: number }
  | { readonly kind: 'spool-full'; readonly records: number }
  | { readonly kind: 'router-silent'; readonly router: RouterStatus; readonly seconds: number }
  | { readonly kind: 'router-never'; readonly router: RouterStatus }
  | { readonly kind: 'routers-doubtful'; readonly routers: readonly RouterStatus[] }
  | { readonly kind: 'router-loss'; readonly router: RouterStatus; readonly loss: number }
  | { readonly kind: 'kernel-drops'; readonly datagrams: number; readonly buffer: number }
  | { readonly kind: 'small-buffer'; readonly listener: ListenerStatus }
  | { readonly kind: 'waiting-templates'; readonly sets: number }
  | { readonly kind: 'unregistered'; readonly senders: number }
)

// One datagram in a thousand: below it no figure on the page changes in its three digits.
export const seriousLoss = 0.001

export interface Observation {
  readonly routers: readonly RouterStatus[]
  readonly unregistered: readonly UnregisteredSender[]
  readonly ledger: LedgerReport | undefined
  /** Datagrams that the kernel dropped while this page was looking, in the last minutes. */
  readonly recentDrops: number
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Seconds since the router was last heard; undefined when it never was. */
export function silence(router: RouterStatus, now: number): number | undefined {
  return router.last_seen === null ? undefined : Math.max(0, (now - Date.parse(router.last_seen)) / 1000)
}

/** By what is usual for the router, as the server knows it; one that was never heard counts as silent. */
export function isSilent(router: RouterStatus): boolean {
  return router.last_seen === null || router.silent
}

function routerFindings({ routers, now }: Observation): Finding[] {
  // With every router silent nothing is measured at all.
  const severity: Severity = routers.every((router) => isSilent(router)) ? 'error' : 'warning'
  return routers.flatMap((router): Finding[] => {
    const seconds = silence(router, now)
    if (seconds === undefined) return [{ severity: 'notice', kind: 'router-never', router }]
    if (isSilent(router)) return [{ severity, kind: 'router-silent', router, seconds }]
    return (router.loss ?? 0) > seriousLoss ? [{ severity: 'warning', kind: 'router-loss', router, loss: router.loss ?? 0 }] : []
  })
}

/** Their traffic is shown, but wrongly: worth a look, and no alarm, since it is so for as long as nobody mends the router. */
function doubtFindings({ routers }: Observation): Finding[] {
  const doubtful = routers.filter((router) => router.doubtful_interfaces > 0 && !isSilent(router))
  return doubtful.length === 0 ? [] : [{ severity: 'notice', kind: 'routers-doubtful', routers: doubtful }]
}

function ledgerFindings(ledger: LedgerReport, recentDrops: number): Finding[] {
  const findings: Finding[] = []
  const { totals, listeners, store } = ledger
  if (!store.ready) findings.push({ severity: 'error', kind: 'store-down', segments: store.segments_waiting })
  if (totals.records_dropped_spool_full > 0)
    findings.push({ severity: 'error', kind: 'spool-full', records: totals.records_dropped_spool_full })
  const asked = Math.max(0, ...listeners.map((listener) => listener.receive_buffer_asked))
  if (recentDrops > 0) findings.push({ severity: 'warning', kind: 'kernel-drops', datagrams: recentDrops, buffer: asked })
  const small = listeners.find((listener) => listener.receive_buffer < listener.receive_buffer_asked)
  if (small !== undefined) findings.push({ severity: 'notice', kind: 'small-buffer', listener: small })
  if (totals.sets_waiting > 0) findings.push({ severity: 'notice', kind: 'waiting-templates', sets: totals.sets_waiting })
  return findings
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, notice: 2 }

/** Errors first; among warnings a silent router, of which nothing is seen, comes before one that is seen in part. */
function byGravity(a: Finding, b: Finding): number {
  const silent = (finding: Finding) => (finding.kind === 'router-silent' ? 0 : 1)
  return rank[a.severity] - rank[b.severity] || silent(a) - silent(b)
}

/** Everything worth telling, errors first. An empty list means healthy. */
export function findingsOf(observation: Observation): Finding[] {
  const { unregistered, ledger, recentDrops } = observation
  const findings = [
    ...(ledger === undefined ? [] : ledgerFindings(ledger, recentDrops)),
    ...routerFindings(observation),
    ...doubtFindings(observation),
    ...(unregistered.length > 0 ? [{ severity: 'notice', kind: 'unregistered', senders: unregistered.length } satisfies Finding] : []),
  ]
  return findings.sort(byGravity)
}

/** Kernel drops of all listeners since the run began. */
export function kernelDrops(ledger: LedgerReport): number {
  return ledger.listeners.reduce((sum, listener) => sum + (listener.kernel_drops ?? 0), 0)
}

/** A reading of a counter that only grows, at a time in milliseconds. */
export interface Reading {
  readonly at: number
  readonly count: number
}

/** The readings with one more, those older than `span` forgotten. A counter that fell began anew: so do the readings. */
export function withReading(readings: readonly Reading[], added: Reading, span: number): Reading[] {
  const last = readings.at(-1)
  if (last !== undefined && added.count < last.count) return [added]
  if (last !== undefined && last.at >= added.at) return [...readings]
  return [...readings.filter((reading) => reading.at >= added.at - span), added]
}

/** A ledger with what this page saw the kernel drop in the last minutes. */
export interface WatchedLedger extends LedgerReport {
  readonly drops: readonly Reading[]
}

/** Growth over the readings kept. */
export function growth(readings: readonly Reading[]): number {
  return (readings.at(-1)?.count ?? 0) - (readings[0]?.count ?? 0)
}
