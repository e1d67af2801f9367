// All routers: which send, which lose, which can be believed; senders that nobody registered above them.
import { Button } from '@cloudflare/kumo/components/button'
import { Empty } from '@cloudflare/kumo/components/empty'
import { PlugsConnectedIcon } from '@phosphor-icons/react/dist/csr/PlugsConnected'
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import type { RouterStatus } from '../../contract/collector-status.ts'
import { routersQuery, unregisteredQuery } from '../api/queries.ts'
import { routerTrafficQuery } from '../api/router-traffic.ts'
import { messages } from '../messages.ts'
import { routersMessages } from '../messages/routers.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Nothing, Stale, WithAnswer } from '../shell/card-state.tsx'
import { lazyPart } from '../shell/lazy-part.ts'
import { PageHeading } from '../shell/page-heading.tsx'
import { Pager } from '../shell/pager.tsx'
import { PermittedButton } from '../shell/permitted.tsx'
import { usePreference } from '../shell/preferences.ts'
import { useNow } from '../shell/use-now.ts'
import { useTitle } from '../shell/use-title.ts'
import { countStates, listRouters, readRouterSearch, routersPerPage, sortedBy, type RouterSearch } from '../view/router-list.ts'
import { RouterRows } from './router-rows.tsx'
import { RoutersToolbar } from './routers-toolbar.tsx'
import { UnregisteredCard } from './unregistered-card.tsx'

const AddRouterDialog = lazyPart(() => import('./router-dialogs.tsx'), 'AddRouterDialog')

const text = routersMessages

function SetUpButtons({ onAdd }: { readonly onAdd: () => void }) {
  const navigate = useNavigate()
  return (
    <span className="flex flex-wrap gap-2">
      <PermittedButton scope="mnm:write" icon={PlusIcon} onClick={onAdd}>
        {messages.routers.add}
      </PermittedButton>
      <Button variant="primary" icon={PlugsConnectedIcon} onClick={() => void navigate({ to: '/set-up' })}>
        {messages.routers.setUp}
      </Button>
    </span>
  )
}

function useRouterSearch(): readonly [RouterSearch, (search: RouterSearch) => void] {
  const search = readRouterSearch({ ...useSearch({ from: '/shell/routers' }) })
  const navigate = useNavigate({ from: '/routers' })
  // Typing into the search would fill the browser's history.
  return [search, (next) => void navigate({ search: { ...next }, replace: true, resetScroll: false })]
}

interface RouterListProps {
  readonly routers: readonly RouterStatus[]
  readonly search: RouterSearch
  readonly onChange: (search: RouterSearch) => void
}

/** The page of the list that the address asks for, the last where there are fewer. */
function pageOf(found: readonly RouterStatus[], search: RouterSearch): { page: number; shown: readonly RouterStatus[] } {
  const page = Math.min(Number(search.page ?? 1), Math.max(1, Math.ceil(found.length / routersPerPage)))
  return { page, shown: found.slice((page - 1) * routersPerPage, page * routersPerPage) }
}

function RouterList({ routers, search, onChange }: RouterListProps) {
  const [metric] = usePreference('unit')
  const navigate = useNavigate()
  const now = useNow(1)
  const found = listRouters(routers, search, metric)
  const { page, shown } = pageOf(found, search)
  const addresses = shown.map(({ address }) => address)
  const traffic = useQuery(routerTrafficQuery(useAccount(), addresses, { kind: 'preset', name: '1h' }))
  if (found.length === 0) return <Nothing>{text.nothing}</Nothing>
  return (
    <>
      <RouterRows
        routers={shown}
        traffic={traffic.data}
        metric={metric}
        now={now}
        search={search}
        onSort={(sort) => onChange(sortedBy(search, sort))}
        onOnly={({ address }) => void navigate({ to: '/', search: { is: [`routerAddress:${address}`] } })}
      />
      <Pager
        page={page}
        perPage={routersPerPage}
        total={found.length}
        onPage={(next) => onChange(readRouterSearch({ ...search, page: String(next) }))}
      />
    </>
  )
}

export function RoutersPage() {
  useTitle(messages.routers.title)
  const account = useAccount()
  const routers = useQuery(routersQuery(account))
  const unregistered = useQuery(unregisteredQuery(account))
  const [search, setSearch] = useRouterSearch()
  const [adding, setAdding] = useState(false)
  const all = routers.data ?? []
  const senders = unregistered.data ?? []
  const found = listRouters(all, search, 'bits').length
  return (
    <div className="flex flex-col gap-5">
      <PageHeading
        title={messages.routers.title}
        intro={text.intro}
        actions={all.length > 0 && <SetUpButtons onAdd={() => setAdding(true)} />}
      />
      {senders.length > 0 && <UnregisteredCard senders={senders} />}
      {all.length > 0 && <RoutersToolbar search={search} counts={countStates(all)} onChange={setSearch} />}
      <Card title={all.length > 0 ? text.count(found, all.length) : messages.routers.title} actions={<Stale query={routers} />} flush>
        <WithAnswer query={routers}>
          {(known) =>
            known.length === 0 ? (
              <Empty
                icon={<PlugsConnectedIcon size={40} className="text-kumo-inactive" aria-hidden />}
                title={text.none}
                description={text.noneDetail}
                contents={<SetUpButtons onAdd={() => setAdding(true)} />}
              />
            ) : (
              <RouterList routers={known} search={search} onChange={setSearch} />
            )
          }
        </WithAnswer>
      </Card>
      <Suspense fallback={null}>{adding && <AddRouterDialog open onClose={() => setAdding(false)} />}</Suspense>
    </div>
  )
}
