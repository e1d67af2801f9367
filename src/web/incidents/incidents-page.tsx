// All incidents: those that go on first, then what is over, by state and rule, page by page.
import { Button, LinkButton } from '@cloudflare/kumo/components/button'
import { Empty } from '@cloudflare/kumo/components/empty'
import { Select } from '@cloudflare/kumo/components/select'
import { ShieldCheckIcon } from '@phosphor-icons/react/dist/csr/ShieldCheck'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { IncidentSummary } from '../../contract/incident.ts'
import type { Page } from '../api/envelope.ts'
import { incidentsPerPage, incidentsQuery } from '../api/incident-queries.ts'
import { rulesQuery } from '../api/rule-queries.ts'
import { incidentMessages } from '../messages/incidents.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Nothing, Stale, WithAnswer, type CardQuery } from '../shell/card-state.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { Pager } from '../shell/pager.tsx'
import { useNow } from '../shell/use-now.ts'
import { useTitle } from '../shell/use-title.ts'
import { readIncidentSearch, type IncidentSearch } from '../view/incident-search.ts'
import { IncidentRows } from './incident-rows.tsx'

const text = incidentMessages.list
const any = 'any'
const states: Record<string, string> = { [any]: text.anyState, ...incidentMessages.states }

function NoIncidents() {
  return (
    <Empty
      icon={<ShieldCheckIcon size={40} className="text-kumo-inactive" aria-hidden />}
      title={text.none}
      description={text.noneDetail}
      contents={<LinkButton href="/rules">{text.toRules}</LinkButton>}
    />
  )
}

interface ListCardProps {
  readonly title: string
  readonly query: CardQuery<Page<IncidentSummary>>
  readonly page: number
  readonly now: number
  readonly empty: ReactNode
  readonly onPage: (page: number) => void
}

function ListCard({ title, query, page, now, empty, onPage }: ListCardProps) {
  return (
    <Card title={title} actions={<Stale query={query} />} flush>
      <WithAnswer query={query}>
        {({ items, total }) =>
          items.length === 0 ? (
            empty
          ) : (
            <>
              <IncidentRows incidents={items} now={now} />
              <Pager page={page} perPage={incidentsPerPage} total={total} onPage={onPage} />
            </>
          )
        }
      </WithAnswer>
    </Card>
  )
}

interface FiltersProps {
  readonly search: IncidentSearch
  readonly onChange: (search: IncidentSearch) => void
}

function Filters({ search, onChange }: FiltersProps) {
  const rules = useQuery(rulesQuery(useAccount()))
  const names: Record<string, string> = { [any]: text.anyRule, ...Object.fromEntries((rules.data ?? []).map(({ id, name }) => [id, name])) }
  const { state, rule } = search
  // Of a rule that is deleted only its id is known here.
  if (rule !== undefined && !(rule in names)) names[rule] = rule.slice(0, 8)
  const set = (next: { state?: string | undefined; rule?: string | undefined }) => onChange(readIncidentSearch({ state, rule, ...next }))
  return (
    <div className="grid grid-cols-2 items-center gap-2 sm:flex sm:flex-wrap">
      <Select
        aria-label={text.state}
        className="w-full sm:w-44"
        items={states}
        value={state ?? any}
        onValueChange={(value) => set({ state: String(value) })}
      />
      <Select
        aria-label={text.rule}
        className="w-full sm:w-64"
        items={names}
        value={rule ?? any}
        onValueChange={(value) => set({ rule: String(value) })}
      />
      {(state !== undefined || rule !== undefined) && (
        <Button size="sm" variant="ghost" onClick={() => onChange({})}>
          {text.clear}
        </Button>
      )}
    </div>
  )
}

export function IncidentsPage() {
  useTitle(incidentMessages.title)
  const account = useAccount()
  const search = useSearch({ from: '/shell/incidents' })
  const navigate = useNavigate({ from: '/incidents' })
  const now = useNow(1)
  const page = Number(search.page ?? 1)
  const { state, rule } = search
  const change = (next: IncidentSearch) => void navigate({ search: next, resetScroll: false })
  const turn = (to: number) => change(readIncidentSearch({ state, rule, page: String(to) }))
  const open = useQuery({ ...incidentsQuery(account, { state: 'open', rule, page: 1 }), enabled: state === undefined })
  const listed = useQuery(incidentsQuery(account, { state: state ?? 'closed', rule, page }))
  const openOnes = open.data?.items ?? []
  const filtered = state !== undefined || rule !== undefined
  const never = !filtered && listed.data?.total === 0 && open.data?.total === 0
  return (
    <div className="flex flex-col gap-5">
      <PageHeading title={incidentMessages.title} intro={text.intro} actions={!never && <Filters search={search} onChange={change} />} />
      {never ? (
        <Card title={text.allTitle} flush>
          <NoIncidents />
        </Card>
      ) : (
        <>
          {state === undefined && page === 1 && (openOnes.length > 0 || open.error !== null) && (
            <ListCard title={text.openTitle} query={open} page={1} now={now} empty={null} onPage={() => change({ state: 'open' })} />
          )}
          <ListCard
            title={state === 'open' ? text.openTitle : text.closedTitle}
            query={listed}
            page={page}
            now={now}
            empty={<Nothing>{state === 'open' && rule === undefined ? text.noneOpen : text.noneMatch}</Nothing>}
            onPage={turn}
          />
        </>
      )}
    </div>
  )
}
