// The routers: a table on wide screens, a list on narrow ones, with what each told last and how much of it got lost.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Button } from '@cloudflare/kumo/components/button'
import { SkeletonLine } from '@cloudflare/kumo/components/loader'
import { Table } from '@cloudflare/kumo/components/table'
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { Link } from '@tanstack/react-router'
import { Suspense, useState, type ReactNode } from 'react'
import type { RouterStatus } from '../../contract/collector-status.ts'
import type { Metric } from '../api/flow-groups.ts'
import { messages } from '../messages.ts'
import { Card } from '../shell/card.tsx'
import { useNow } from '../shell/use-now.ts'
import { formatCount, formatDuration, formatPerSecond, formatRate, formatShare, formatTime } from '../view/units.ts'
import { isSilent, silence } from '../view/verdict.ts'
import { routerLabel } from './router-label.ts'
import { RouterMark } from './router-mark.tsx'
import type { ViewControl } from './use-view.ts'
import { lazyPart } from '../shell/lazy-part.ts'

const RouterMenu = lazyPart(() => import('./router-menu.tsx'), 'RouterMenu')
const AddRouterDialog = lazyPart(() => import('./router-dialogs.tsx'), 'AddRouterDialog')

const text = messages.routers
// With more routers the table would push the top lists out of sight.
const shortList = 8
// Above a second flows are put into a wrong one-second bucket by whoever trusts the exporter's clock.
const seriousSkew = 2

interface RowProps {
  readonly router: RouterStatus
  readonly metric: Metric
  readonly now: number
}

export function LastSeen({ router, now }: Omit<RowProps, 'metric'>) {
  const seconds = silence(router, now)
  const variant = seconds === undefined ? 'neutral' : isSilent(router) ? 'error' : 'success'
  return (
    <Badge appearance="dot" variant={variant}>
      {seconds === undefined ? text.never : messages.ago(formatDuration(seconds))}
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

export function trafficText({ router, metric }: Omit<RowProps, 'now'>): string {
  return formatRate(metric === 'bits' ? router.bits_per_second : router.packets_per_second, metric)
}

export function Loss({ router }: { readonly router: RouterStatus }) {
  if (router.loss === null) return <span className="text-kumo-subtle">{text.lossUnknown}</span>
  return <span className={router.loss > 0.001 ? 'font-medium text-kumo-danger' : ''}>{formatShare(router.loss)}</span>
}

function RouterName({ router }: { readonly router: RouterStatus }) {
  const skewed = router.clock_skew !== null && Math.abs(router.clock_skew) > seriousSkew
  return (
    <div className="flex min-w-0 flex-col">
      <span className="flex min-w-0 items-center gap-1.5">
        <Link
          to="/routers/$address"
          params={{ address: router.address }}
          className="truncate rounded-sm font-medium text-kumo-default hover:text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
          title={routerLabel(router)}
        >
          {routerLabel(router)}
        </Link>
        <RouterMark router={router} />
      </span>
      {router.name !== '' && <span className="truncate font-mono text-sm text-kumo-subtle">{router.address}</span>}
      {skewed && <span className="text-sm text-kumo-warning">{text.skew(formatDuration(Math.abs(router.clock_skew ?? 0)))}</span>}
    </div>
  )
}

function RouterRow({ router, metric, now, menu }: RowProps & { readonly menu: ReactNode }) {
  const sampling = samplingText(router)
  return (
    <Table.Row>
      <Table.Cell className="max-w-64">
        <RouterName router={router} />
      </Table.Cell>
      <Table.Cell>
        <LastSeen router={router} now={now} />
      </Table.Cell>
      <Table.Cell>{protocolText(router)}</Table.Cell>
      <Table.Cell className="text-right tabular-nums">{formatPerSecond(router.flows_per_second)}</Table.Cell>
      <Table.Cell className="text-right whitespace-nowrap tabular-nums">{trafficText({ router, metric })}</Table.Cell>
      <Table.Cell className="text-right tabular-nums">
        <Loss router={router} />
      </Table.Cell>
      <Table.Cell>
        <span className="whitespace-nowrap tabular-nums">{sampling.rate}</span>
        <span className="block text-sm text-kumo-subtle">{sampling.source}</span>
      </Table.Cell>
      <Table.Cell className="w-12">{menu}</Table.Cell>
    </Table.Row>
  )
}

export function Fact({ name, wide = false, children }: { readonly name: string; readonly wide?: boolean; readonly children: ReactNode }) {
  return (
    <div className={`flex flex-col ${wide ? 'col-span-2' : ''}`}>
      <dt className="text-sm text-kumo-subtle">{name}</dt>
      <dd className="text-base text-kumo-default tabular-nums">{children}</dd>
    </div>
  )
}

function RouterItem({ router, metric, now, menu }: RowProps & { readonly menu: ReactNode }) {
  const sampling = samplingText(router)
  return (
    <li className="flex flex-col gap-3 border-t border-kumo-hairline p-4 first:border-t-0">
      <div className="flex items-start gap-2">
        <div className="min-w-0 grow">
          <RouterName router={router} />
        </div>
        <LastSeen router={router} now={now} />
        {menu}
      </div>
      <dl className="grid grid-cols-3 gap-x-4 gap-y-2">
        <Fact name={text.traffic}>{trafficText({ router, metric })}</Fact>
        <Fact name={text.flows}>{formatPerSecond(router.flows_per_second)}</Fact>
        <Fact name={text.loss}>
          <Loss router={router} />
        </Fact>
        <Fact name={text.protocol}>{protocolText(router)}</Fact>
        <Fact name={text.sampling} wide>
          {sampling.rate} <span className="text-sm text-kumo-subtle">{sampling.source}</span>
        </Fact>
      </dl>
    </li>
  )
}

function RouterTable({
  routers,
  control,
  now,
}: {
  readonly routers: readonly RouterStatus[]
  readonly control: ViewControl
  readonly now: number
}) {
  const { metric } = control.view
  const right = 'text-right'
  return (
    <>
      <Table className="max-md:hidden">
        <Table.Header variant="compact">
          <Table.Row>
            <Table.Head>{text.name}</Table.Head>
            <Table.Head>{text.lastSeen}</Table.Head>
            <Table.Head>{text.protocol}</Table.Head>
            <Table.Head className={right}>{text.flows}</Table.Head>
            <Table.Head className={right}>{text.traffic}</Table.Head>
            <Table.Head className={right}>{text.loss}</Table.Head>
            <Table.Head>{text.sampling}</Table.Head>
            <Table.Head>
              <span className="sr-only">{text.actionsColumn}</span>
            </Table.Head>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {routers.map((router) => (
            <RouterRow key={router.address} router={router} metric={metric} now={now} menu={<Menu router={router} control={control} />} />
          ))}
        </Table.Body>
      </Table>
      <ul className="md:hidden">
        {routers.map((router) => (
          <RouterItem key={router.address} router={router} metric={metric} now={now} menu={<Menu router={router} control={control} />} />
        ))}
      </ul>
    </>
  )
}

function Menu({ router, control }: { readonly router: RouterStatus; readonly control: ViewControl }) {
  return (
    <Suspense fallback={<div className="size-6.5" />}>
      <RouterMenu router={router} control={control} />
    </Suspense>
  )
}

function Loading() {
  return (
    <div className="flex flex-col gap-4 p-4" aria-busy="true">
      <SkeletonLine />
      <SkeletonLine />
      <SkeletonLine />
    </div>
  )
}

export interface RouterCardProps {
  readonly control: ViewControl
  readonly routers: readonly RouterStatus[] | undefined
  /** The last attempt to read them failed. */
  readonly failed: boolean
  /** Milliseconds since 1970. */
  readonly updatedAt: number
}

export function RouterCard({ control, routers, failed, updatedAt }: RouterCardProps) {
  const [all, setAll] = useState(false)
  const [adding, setAdding] = useState(false)
  const now = useNow(1)
  const shownRouters = all ? (routers ?? []) : (routers ?? []).slice(0, shortList)
  const actions = (
    <div className="flex flex-wrap items-center gap-2">
      {failed && routers !== undefined && <Badge variant="warning">{messages.failure.stale(formatTime(updatedAt))}</Badge>}
      <Link
        to="/set-up"
        className="rounded-sm text-sm text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
      >
        {text.setUp}
      </Link>
      <Button size="sm" icon={PlusIcon} onClick={() => setAdding(true)}>
        {text.add}
      </Button>
    </div>
  )
  return (
    <Card title={text.title} actions={actions} flush>
      {routers === undefined ? (
        failed ? (
          <p className="p-4 text-base text-kumo-subtle">{text.unreadable}</p>
        ) : (
          <Loading />
        )
      ) : (
        <RouterTable routers={shownRouters} control={control} now={now} />
      )}
      {routers !== undefined && routers.length > shortList && (
        <div className="border-t border-kumo-hairline p-2">
          <Button variant="ghost" size="sm" onClick={() => setAll(!all)}>
            {all ? text.fewer : text.more(routers.length)}
          </Button>
        </div>
      )}
      <Suspense fallback={null}>{adding && <AddRouterDialog open onClose={() => setAdding(false)} />}</Suspense>
    </Card>
  )
}
