// Routers as a table on wide screens, as a list on narrow ones.
import { Table } from '@cloudflare/kumo/components/table'
import { ArrowDownIcon } from '@phosphor-icons/react/dist/csr/ArrowDown'
import { ArrowUpIcon } from '@phosphor-icons/react/dist/csr/ArrowUp'
import type { RouterStatus } from '../../contract/collector-status.ts'
import type { Metric } from '../api/flow-groups.ts'
import { routerPoints, type RouterTraffic } from '../api/router-traffic.ts'
import { Sparkline } from '../chart/sparkline.tsx'
import { messages } from '../messages.ts'
import { routersMessages } from '../messages/routers.ts'
import type { RouterSearch, RouterSort } from '../view/router-list.ts'
import { formatPerSecond } from '../view/units.ts'
import { Fact, LastSeen, Loss, protocolText, Ratio, samplingText, trafficText } from './router-cells.tsx'
import { RouterMenu } from './router-menu.tsx'
import { RouterName } from './router-name.tsx'
import { troubleOf, type RouterTone } from './router-trouble.ts'

const text = routersMessages
const columns = text.columns

export interface RouterRowsProps {
  readonly routers: readonly RouterStatus[]
  /** Undefined until there is an answer. */
  readonly traffic: RouterTraffic | undefined
  readonly metric: Metric
  readonly now: number
  readonly search: RouterSearch
  readonly onSort: (sort: RouterSort) => void
  readonly onOnly: (router: RouterStatus) => void
}

interface RowProps extends Pick<RouterRowsProps, 'traffic' | 'metric' | 'now' | 'onOnly'> {
  readonly router: RouterStatus
}

const colours: Readonly<Record<RouterTone, string>> = {
  error: 'text-kumo-danger',
  warning: 'text-kumo-warning',
  neutral: 'text-kumo-subtle',
  success: 'text-kumo-subtle',
}

function State({ router, now }: Pick<RowProps, 'router' | 'now'>) {
  const { tone, label, why } = troubleOf(router, now)
  return (
    <span className="flex flex-col items-start gap-0.5" title={why}>
      <LastSeen router={router} now={now} />
      <span className={`text-sm whitespace-nowrap ${colours[tone]}`}>{label}</span>
      {why !== '' && <span className="sr-only">{why}</span>}
    </span>
  )
}

function Row({ router, traffic, metric, now, onOnly }: RowProps) {
  const sampling = samplingText(router)
  return (
    <Table.Row>
      <Table.Cell className="max-w-52">
        <RouterName router={router} />
      </Table.Cell>
      <Table.Cell className="w-32">
        <State router={router} now={now} />
      </Table.Cell>
      <Table.Cell>{protocolText(router)}</Table.Cell>
      <Table.Cell className="text-right tabular-nums">{formatPerSecond(router.flows_per_second)}</Table.Cell>
      <Table.Cell className="w-28 text-right whitespace-nowrap tabular-nums">{trafficText({ router, metric })}</Table.Cell>
      <Table.Cell className="w-32">
        <Sparkline points={routerPoints(traffic, router.address, metric)} className="h-7 w-28" />
      </Table.Cell>
      <Table.Cell className="text-right tabular-nums">
        <Loss router={router} />
      </Table.Cell>
      <Table.Cell className="text-right">
        <Ratio router={router} />
      </Table.Cell>
      <Table.Cell>
        <span className="whitespace-nowrap tabular-nums">{sampling.rate}</span>
        <span className="block text-sm text-kumo-subtle">{sampling.source}</span>
      </Table.Cell>
      <Table.Cell className="w-12">
        <RouterMenu router={router} onOnly={() => onOnly(router)} />
      </Table.Cell>
    </Table.Row>
  )
}

function Item({ router, traffic, metric, now, onOnly }: RowProps) {
  const sampling = samplingText(router)
  const { why } = troubleOf(router, now)
  return (
    <li className="flex flex-col gap-3 border-t border-kumo-hairline p-4 first:border-t-0">
      <div className="flex items-start gap-2">
        <div className="min-w-0 grow">
          <RouterName router={router} />
        </div>
        <LastSeen router={router} now={now} />
        <RouterMenu router={router} onOnly={() => onOnly(router)} />
      </div>
      {why !== '' && <p className="text-sm text-kumo-default">{why}</p>}
      <Sparkline points={routerPoints(traffic, router.address, metric)} className="h-8 w-full" />
      <dl className="grid grid-cols-3 gap-x-4 gap-y-2">
        <Fact name={columns.traffic}>{trafficText({ router, metric })}</Fact>
        <Fact name={columns.flows}>{formatPerSecond(router.flows_per_second)}</Fact>
        <Fact name={columns.loss}>
          <Loss router={router} />
        </Fact>
        <Fact name={columns.ratio}>
          <Ratio router={router} />
        </Fact>
        <Fact name={columns.protocol}>{protocolText(router)}</Fact>
        <Fact name={columns.sampling}>
          {sampling.rate} <span className="block text-sm text-kumo-subtle">{sampling.source}</span>
        </Fact>
      </dl>
    </li>
  )
}

interface HeadProps extends Pick<RouterRowsProps, 'search' | 'onSort'> {
  /** More than one where a column shows more than one thing. */
  readonly by: readonly RouterSort[]
  readonly right?: boolean
}

/** Columns begin with what deserves a look first: the greatest, or the first of the alphabet. */
const ascending: ReadonlySet<RouterSort> = new Set(['name', 'address', 'seen', 'protocol'])

function SortButton({ by, search, onSort }: { readonly by: RouterSort } & Pick<HeadProps, 'search' | 'onSort'>) {
  const active = (search.sort ?? 'state') === by
  const up = ascending.has(by) !== (search.turned === 'yes')
  const Arrow = up ? ArrowUpIcon : ArrowDownIcon
  return (
    <button
      type="button"
      className={`inline-flex cursor-pointer items-center gap-1 rounded-sm whitespace-nowrap hover:text-kumo-link focus-visible:outline-2 focus-visible:outline-kumo-brand ${active ? '' : 'font-normal text-kumo-subtle'}`}
      title={active ? text.turn : text.sortBy(columns[by])}
      onClick={() => onSort(by)}
    >
      {columns[by]}
      {active && <Arrow size={12} aria-hidden />}
    </button>
  )
}

function Head({ by, search, onSort, right = false }: HeadProps) {
  const active = by.find((sort) => sort === (search.sort ?? 'state'))
  const up = active !== undefined && ascending.has(active) !== (search.turned === 'yes')
  return (
    <Table.Head className={right ? 'text-right' : ''} aria-sort={active === undefined ? 'none' : up ? 'ascending' : 'descending'}>
      <span className={`inline-flex flex-wrap gap-x-3 ${right ? 'justify-end' : ''}`}>
        {by.map((sort) => (
          <SortButton key={sort} by={sort} search={search} onSort={onSort} />
        ))}
      </span>
    </Table.Head>
  )
}

export function RouterRows({ routers, search, onSort, ...shared }: RouterRowsProps) {
  const head = { search, onSort }
  return (
    <>
      <Table className="max-lg:hidden">
        <Table.Header variant="compact">
          <Table.Row>
            <Head by={['name', 'address']} {...head} />
            <Head by={['state', 'seen']} {...head} />
            <Head by={['protocol']} {...head} />
            <Head by={['flows']} right {...head} />
            <Head by={['traffic']} right {...head} />
            <Table.Head>
              <span className="font-normal text-kumo-subtle">{text.course}</span>
            </Table.Head>
            <Head by={['loss']} right {...head} />
            <Head by={['ratio']} right {...head} />
            <Head by={['sampling']} {...head} />
            <Table.Head>
              <span className="sr-only">{messages.routers.actionsColumn}</span>
            </Table.Head>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {routers.map((router) => (
            <Row key={router.address} router={router} {...shared} />
          ))}
        </Table.Body>
      </Table>
      <ul className="lg:hidden">
        {routers.map((router) => (
          <Item key={router.address} router={router} {...shared} />
        ))}
      </ul>
    </>
  )
}
