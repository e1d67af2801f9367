// Everything that was ever announced or asked for, by prefix, page by page.
import { Button } from '@cloudflare/kumo/components/button'
import { Empty } from '@cloudflare/kumo/components/empty'
import { Input } from '@cloudflare/kumo/components/input'
import { Table } from '@cloudflare/kumo/components/table'
import { ClockCounterClockwiseIcon } from '@phosphor-icons/react/dist/csr/ClockCounterClockwise'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import type { Advertisement } from '../../contract/advertisement.ts'
import { advertisementsQuery, historyPerPage } from '../api/advertisement-queries.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Nothing, Stale, WithAnswer } from '../shell/card-state.tsx'
import { Pager } from '../shell/pager.tsx'
import { useNow } from '../shell/use-now.ts'
import { useTitle } from '../shell/use-title.ts'
import { announcedSeconds, whoText } from '../view/advertisement-view.ts'
import { readHistorySearch, type HistorySearch } from '../view/advertising-search.ts'
import { formatDayTime, formatDuration } from '../view/units.ts'
import { AdvertisementState } from './advertisement-state.tsx'
import { AdvertisingFrame } from './advertising-frame.tsx'
import { RouteName } from './route-name.tsx'

const text = advertisingMessages.history

interface RowProps {
  readonly advertisement: Advertisement
  readonly now: number
}

function lastedText(advertisement: Advertisement, now: number): string {
  const seconds = announcedSeconds(advertisement, now)
  return seconds === undefined ? text.never : formatDuration(seconds)
}

function Row({ advertisement, now }: RowProps) {
  return (
    <Table.Row>
      <Table.Cell>
        <RouteName advertisement={advertisement} />
      </Table.Cell>
      <Table.Cell className="whitespace-nowrap">{advertisingMessages.drivers[advertisement.driver]}</Table.Cell>
      <Table.Cell>
        <AdvertisementState advertisement={advertisement} now={now} />
      </Table.Cell>
      <Table.Cell className="whitespace-nowrap tabular-nums">{formatDayTime(Date.parse(advertisement.created_at))}</Table.Cell>
      <Table.Cell className="whitespace-nowrap tabular-nums">{lastedText(advertisement, now)}</Table.Cell>
      <Table.Cell className="max-w-48 break-words">{whoText(advertisement)}</Table.Cell>
    </Table.Row>
  )
}

function Item({ advertisement, now }: RowProps) {
  return (
    <li className="flex flex-col gap-1.5 border-t border-kumo-hairline p-4 text-base first:border-t-0">
      <RouteName advertisement={advertisement} />
      <AdvertisementState advertisement={advertisement} now={now} />
      <span className="text-sm text-kumo-subtle tabular-nums">
        {formatDayTime(Date.parse(advertisement.created_at))} · {text.lasted} {lastedText(advertisement, now)}
      </span>
      <span className="text-sm break-words text-kumo-subtle">{whoText(advertisement)}</span>
    </li>
  )
}

function Rows({ advertisements, now }: { readonly advertisements: readonly Advertisement[]; readonly now: number }) {
  return (
    <>
      <Table className="max-lg:hidden">
        <Table.Header variant="compact">
          <Table.Row>
            <Table.Head>{advertisingMessages.now.prefix}</Table.Head>
            <Table.Head>{advertisingMessages.now.to}</Table.Head>
            <Table.Head>{advertisingMessages.now.state}</Table.Head>
            <Table.Head>{text.begun}</Table.Head>
            <Table.Head>{text.lasted}</Table.Head>
            <Table.Head>{text.who}</Table.Head>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {advertisements.map((advertisement) => (
            <Row key={advertisement.id} advertisement={advertisement} now={now} />
          ))}
        </Table.Body>
      </Table>
      <ul className="lg:hidden">
        {advertisements.map((advertisement) => (
          <Item key={advertisement.id} advertisement={advertisement} now={now} />
        ))}
      </ul>
    </>
  )
}

function PrefixSearch({ search, onChange }: { readonly search: HistorySearch; readonly onChange: (search: HistorySearch) => void }) {
  const [typed, setTyped] = useState(search.prefix ?? '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onChange(readHistorySearch({ prefix: typed.trim() }))
  }
  const clear = () => {
    setTyped('')
    onChange({})
  }
  return (
    <search>
      <form onSubmit={submit} className="flex flex-wrap items-center gap-2">
        <Input
          aria-label={text.search}
          placeholder={text.searchHint}
          className="w-60 font-mono"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit">{text.search}</Button>
        {search.prefix !== undefined && (
          <Button size="sm" variant="ghost" onClick={clear}>
            {text.clear}
          </Button>
        )}
      </form>
    </search>
  )
}

function NoHistory() {
  return (
    <Empty
      icon={<ClockCounterClockwiseIcon size={40} className="text-kumo-inactive" aria-hidden />}
      title={text.none}
      description={text.noneDetail}
    />
  )
}

export function HistoryPage() {
  useTitle(text.title)
  const search = useSearch({ from: '/shell/advertisements/history' })
  const navigate = useNavigate({ from: '/advertisements/history' })
  const { prefix } = search
  const page = Number(search.page ?? 1)
  const history = useQuery(advertisementsQuery(useAccount(), { page, ...(prefix === undefined ? {} : { prefix }) }))
  const now = useNow(5)
  const change = (next: HistorySearch) => void navigate({ search: next, resetScroll: false })
  return (
    <AdvertisingFrame>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-base text-kumo-subtle">{text.intro}</p>
        <PrefixSearch search={search} onChange={change} />
      </div>
      <Card title={text.title} actions={<Stale query={history} />} flush>
        <WithAnswer query={history}>
          {({ items, total }) => {
            if (items.length === 0) return prefix === undefined ? <NoHistory /> : <Nothing>{text.noneMatch}</Nothing>
            return (
              <>
                <Rows advertisements={items} now={now} />
                <Pager
                  page={page}
                  perPage={historyPerPage}
                  total={total}
                  onPage={(to) => change(readHistorySearch({ prefix, page: String(to) }))}
                />
              </>
            )
          }}
        </WithAnswer>
      </Card>
    </AdvertisingFrame>
  )
}
