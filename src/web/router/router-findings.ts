// What is wrong with one router right now, the gravest first, with what each sentence needs. Pure; texts are elsewhere.
import type { RouterStatus } from '../../contract/collector-status.ts'
import type { InterfaceStatus, RouterHealth } from '../../contract/exporter-health.ts'
import { suggestionsOf, withCause, type DoubtfulCause, type Suggestion } from '../view/counter-verdict.ts'
import { seriousLoss, silence, type Severity } from '../view/verdict.ts'

/** Causes that no setting in Drawbridge can mend. */
export type PlainCause = Exclude<DoubtfulCause, 'sampling_untold'>

export type RouterFinding = { readonly severity: Severity } & (
  | { readonly kind: 'silent'; readonly seconds: number | undefined }
  | { readonly kind: 'never' }
  | { readonly kind: 'loss'; readonly loss: number }
  | ({ readonly kind: 'sampling-untold' } & Suggestion)
  | ({ readonly kind: 'sampling-told'; readonly told: number } & Suggestion)
  | ({ readonly kind: 'sampling-pending' } & Suggestion)
  | { readonly kind: 'counters'; readonly cause: PlainCause; readonly interfaces: readonly InterfaceStatus[] }
  | { readonly kind: 'skew'; readonly seconds: number }
  | { readonly kind: 'sets-waiting'; readonly sets: number }
)

export interface RouterObservation {
  readonly router: RouterStatus
  /** Undefined while loading or unreadable. */
  readonly health: RouterHealth | undefined
  readonly interfaces: readonly InterfaceStatus[] | undefined
  /** Milliseconds since 1970. */
  readonly now: number
}

// Seconds of a flow's start and end are shown as such; from two seconds on they would be visibly wrong.
const seriousSkew = 2
const causes: readonly PlainCause[] = ['flows_missing', 'counted_twice', 'no_flows', 'unclear']

/**
 * What a rate in Drawbridge can do about a suggestion: it holds only where the router tells none itself, and after it was
 * set the comparison needs up to five minutes to follow.
 */
function samplingFinding(suggestion: Suggestion, router: RouterStatus): RouterFinding {
  const { sampling_source: source, sampling_rate: rate, sampling_override: override } = router
  if (override === suggestion.rate) return { severity: 'notice', kind: 'sampling-pending', ...suggestion }
  const told = source === 'record' || source === 'options' || source === 'header'
  if (told && rate !== null) return { severity: 'warning', kind: 'sampling-told', told: rate, ...suggestion }
  return { severity: 'warning', kind: 'sampling-untold', ...suggestion }
}

function counterFindings(interfaces: readonly InterfaceStatus[], router: RouterStatus): RouterFinding[] {
  const suggestions = suggestionsOf(interfaces)
  const suggested = new Set(suggestions.flatMap((suggestion) => suggestion.interfaces))
  const others = causes.flatMap((cause): RouterFinding[] => {
    // Untold sampling without a rate to set is as good as unclear: the reader has to look at the router.
    const unset = cause === 'unclear' ? withCause(interfaces, 'sampling_untold').filter((status) => !suggested.has(status)) : []
    const concerned = [...new Set([...unset, ...withCause(interfaces, cause)])]
    return concerned.length === 0 ? [] : [{ severity: 'warning', kind: 'counters', cause, interfaces: concerned }]
  })
  return [...suggestions.map((suggestion) => samplingFinding(suggestion, router)), ...others]
}

function exportFindings({ router, health, now }: RouterObservation): RouterFinding[] {
  const seconds = silence(router, now)
  if (health?.silent ?? router.silent) return [{ severity: 'error', kind: 'silent', seconds }]
  if (seconds === undefined && health !== undefined) return [{ severity: 'notice', kind: 'never' }]
  const loss = health?.loss ?? router.loss ?? 0
  return loss > seriousLoss ? [{ severity: 'warning', kind: 'loss', loss }] : []
}

function minorFindings({ router, health }: RouterObservation): RouterFinding[] {
  const skew = Math.abs(health?.clock_skew ?? router.clock_skew ?? 0)
  const sets = health?.sets_waiting ?? router.ledger.sets_waiting
  return [
    ...(skew > seriousSkew ? [{ severity: 'notice', kind: 'skew', seconds: skew } satisfies RouterFinding] : []),
    ...(sets > 0 ? [{ severity: 'notice', kind: 'sets-waiting', sets } satisfies RouterFinding] : []),
  ]
}

/** Everything worth telling, in order of gravity. An empty list means healthy as far as is known. */
export function routerFindings(observation: RouterObservation): RouterFinding[] {
  const { interfaces, router } = observation
  const found = [...exportFindings(observation), ...counterFindings(interfaces ?? [], router), ...minorFindings(observation)]
  const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, notice: 2 }
  return found.sort((a, b) => rank[a.severity] - rank[b.severity])
}
