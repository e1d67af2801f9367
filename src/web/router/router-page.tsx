// One router: is its export healthy, do its flows agree with its counters, and what was not understood.
import { LinkButton } from '@cloudflare/kumo/components/button'
import { Empty } from '@cloudflare/kumo/components/empty'
import { Loader } from '@cloudflare/kumo/components/loader'
import { ArrowRightIcon } from '@phosphor-icons/react/dist/csr/ArrowRight'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { RouterStatus } from '../../contract/collector-status.ts'
import { routersQuery } from '../api/queries.ts'
import { healthQuery, interfacesQuery } from '../api/router-queries.ts'
import { messages } from '../messages.ts'
import { routerMessages } from '../messages/router.ts'
import { routerLabel } from '../overview/router-label.ts'
import { TrafficCard } from '../overview/traffic-card.tsx'
import { ViewToolbar } from '../overview/view-toolbar.tsx'
import { useAccount } from '../shell/account.ts'
import { FailureBanner } from '../shell/failure.tsx'
import { useNow } from '../shell/use-now.ts'
import { useTitle } from '../shell/use-title.ts'
import { interfaceNames } from '../view/interface-names.ts'
import { writeView } from '../view/search.ts'
import { DropCard } from './drop-card.tsx'
import { InterfaceCard } from './interface-card.tsx'
import { RouterFacts } from './router-facts.tsx'
import { RouterHeading } from './router-heading.tsx'
import { RouterVerdict } from './router-verdict.tsx'
import { SamplerCard } from './sampler-card.tsx'
import { TemplateCard } from './template-card.tsx'
import { UnknownCard } from './unknown-card.tsx'
import { useRouterView } from './use-router-view.ts'

const text = routerMessages
const onward =
  'inline-flex items-center gap-1.5 rounded-sm text-base text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand'

function NoSuchRouter({ address }: { readonly address: string }) {
  return (
    <Empty
      title={text.unregistered(address)}
      description={text.unregisteredDetail}
      contents={
        <LinkButton href="/" variant="primary">
          {messages.shell.toOverview}
        </LinkButton>
      }
    />
  )
}

function RouterDetails({ router }: { readonly router: RouterStatus }) {
  const account = useAccount()
  const control = useRouterView(router.address)
  const health = useQuery(healthQuery(account, router.address))
  const interfaces = useQuery(interfacesQuery(account, router.address))
  const now = useNow(1)
  const overview = writeView(control.view)
  useTitle(routerLabel(router))
  return (
    <div className="flex flex-col gap-5">
      <RouterHeading router={router} control={control} />
      <RouterVerdict router={router} health={health.data} interfaces={interfaces.data} now={now} />
      <RouterFacts router={router} health={health.data} now={now} metric={control.view.metric} />
      <ViewToolbar control={control}>
        <span className="flex flex-wrap gap-x-5 gap-y-1">
          <Link to="/" search={overview} className={onward}>
            {text.flowsOf}
            <ArrowRightIcon size={14} aria-hidden />
          </Link>
          <Link to="/set-up" search={{ router: router.address }} className={onward}>
            {messages.routers.liveCheck}
            <ArrowRightIcon size={14} aria-hidden />
          </Link>
        </span>
      </ViewToolbar>
      <TrafficCard control={control} emptyText={text.chartEmpty} />
      <InterfaceCard query={interfaces} view={control.view} now={now} />
      {health.data === undefined && health.error !== null ? (
        <FailureBanner error={health.error} onRetry={() => void health.refetch()} />
      ) : (
        <>
          <TemplateCard router={router} query={health} now={now} />
          <div className="grid gap-5 lg:grid-cols-3">
            <SamplerCard router={router} query={health} names={interfaceNames(interfaces.data ?? [])} />
            <DropCard query={health} />
            <UnknownCard router={router} query={health} />
          </div>
        </>
      )}
    </div>
  )
}

export function RouterPage() {
  const { address } = useParams({ from: '/shell/routers/$address' })
  const { data, error, refetch } = useQuery(routersQuery(useAccount()))
  // Addresses are in lower case here; somebody may have typed the one in the address bar.
  const router = data?.find((candidate) => candidate.address === address.toLowerCase())
  if (router !== undefined) return <RouterDetails key={router.address} router={router} />
  if (data !== undefined) return <NoSuchRouter address={address} />
  if (error !== null) return <FailureBanner error={error} onRetry={() => void refetch()} />
  return (
    <div className="flex justify-center py-16">
      <Loader size="lg" aria-label={messages.loading} />
    </div>
  )
}
