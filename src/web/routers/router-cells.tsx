// The figures of one router as rows, tiles and its own page show them.
import { Badge } from '@cloudflare/kumo/components/badge'
import { CheckIcon } from '@phosphor-icons/react/dist/csr/Check'
import { WarningIcon } from '@phosphor-icons/react/dist/csr/Warning'
import type { ReactNode } from 'react'
import type { RouterStatus } from '../../contract/collector-status.ts'
import type { Metric } from '../api/flow-groups.ts'
import { messages } from '../messages.ts'
import { formatCount, formatDuration, formatRate, formatShare } from '../view/units.ts'
import { isSilent, seriousLoss, silence } from '../view/verdict.ts'
import { ratioText } from './router-trouble.ts'

const text = messages.routers

interface RouterProps {
  readonly router: RouterStatus
}

export function LastSeen({ router, now }: RouterProps & { readonly now: number }) {
  const seconds = silence(router, now)
  const variant = seconds === undefined ? 'neutral' : isSilent(router) ? 'error' : 'success'
  return (
    <Badge appearance="dot" variant={variant}>
      <span className="tabular-nums">{seconds === undefined ? text.never : messages.ago(formatDuration(seconds))}</span>
    </Badge>
  )
}

export function samplingText(router: RouterStatus): { rate: string; source: string } {
  const source = text.sources[router.sampling_source]
  if (router.sampling_rate === null) return { rate: messages.none, source }
  return { rate: router.sampling_rate === 1 ? text.unsampled : text.rate(formatCount(router.sampling_rate)), source }
}

export function protocolText(router: RouterStatus): string {
  const names = router.protocols.map((protocol) => text.protocols[protocol])
  return names.length === 0 ? messages.none : messages.list(names)
}

export function trafficText({ router, metric }: RouterProps & { readonly metric: Metric }): string {
  return formatRate(metric === 'bits' ? router.bits_per_second : router.packets_per_second, metric)
}

export function Loss({ router }: RouterProps) {
  if (router.loss === null) return <span className="text-kumo-subtle">{text.lossUnknown}</span>
  return <span className={router.loss > seriousLoss ? 'font-medium text-kumo-danger' : ''}>{formatShare(router.loss)}</span>
}

/** Flows ÷ counters with a mark whether that is in order, and why. */
export function Ratio({ router }: RouterProps) {
  const { figure, agrees, why } = ratioText(router)
  const tone = agrees === false ? 'font-medium text-kumo-warning' : agrees === true ? '' : 'text-kumo-subtle'
  return (
    <span className={`inline-flex items-center gap-1 whitespace-nowrap tabular-nums ${tone}`} title={why}>
      {figure}
      {agrees === true && <CheckIcon size={14} weight="bold" className="text-kumo-success" aria-hidden />}
      {agrees === false && <WarningIcon size={14} weight="fill" aria-hidden />}
      <span className="sr-only">{why}</span>
    </span>
  )
}

interface FactProps {
  readonly name: string
  readonly wide?: boolean
  readonly children: ReactNode
}

export function Fact({ name, wide = false, children }: FactProps) {
  return (
    <div className={`flex flex-col ${wide ? 'col-span-2' : ''}`}>
      <dt className="text-sm text-kumo-subtle">{name}</dt>
      <dd className="text-base text-kumo-default tabular-nums">{children}</dd>
    </div>
  )
}
