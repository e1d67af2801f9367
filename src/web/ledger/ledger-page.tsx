// The loss ledger: every count with its meaning, sockets and their buffers, and what earlier runs lost.
import { Loader } from '@cloudflare/kumo/components/loader'
import { Badge } from '@cloudflare/kumo/components/badge'
import { useQuery } from '@tanstack/react-query'
import { ledgerQuery } from '../api/queries.ts'
import { messages } from '../messages.ts'
import { ledgerMessages } from '../messages/ledger.ts'
import { useAccount } from '../shell/account.ts'
import { FailureBanner } from '../shell/failure.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { useTitle } from '../shell/use-title.ts'
import type { LedgerReport } from '../view/verdict.ts'
import { AccountCard } from './account-card.tsx'
import { ListenerCard } from './listener-card.tsx'
import { RunCard } from './run-card.tsx'
import { besideAccount, ledgerAccounts } from './ledger-accounts.ts'

const text = ledgerMessages

function StoreState({ store }: { readonly store: LedgerReport['store'] }) {
  return (
    <p className="flex flex-wrap items-center gap-2 text-base">
      <span className="font-medium">{text.store}</span>
      <Badge appearance="dot" variant={store.ready ? 'success' : 'error'}>
        {store.ready ? text.storeReady : text.storeDown}
      </Badge>
      <span className="text-kumo-subtle">{text.segments(store.segments_waiting)}</span>
    </p>
  )
}

export function LedgerPage() {
  useTitle(text.title)
  const { data, error, refetch } = useQuery(ledgerQuery(useAccount()))
  return (
    <div className="flex flex-col gap-5">
      <PageHeading title={text.title} intro={text.intro} actions={data !== undefined && <StoreState store={data.store} />} />
      {error !== null && <FailureBanner error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && (
        <div className="flex justify-center py-16">
          <Loader size="lg" aria-label={messages.loading} />
        </div>
      )}
      {data !== undefined && (
        <>
          <div className="grid gap-5 lg:grid-cols-3">
            {ledgerAccounts.map((account) => (
              <AccountCard key={account.title} account={account} totals={data.totals} />
            ))}
          </div>
          <AccountCard account={besideAccount} totals={data.totals} wide />
          <ListenerCard listeners={data.listeners} />
          <RunCard runs={data.runs} />
        </>
      )}
    </div>
  )
}
