// The audit log: filters in the address, the newest lines first, older ones by a button.
import { Button } from '@cloudflare/kumo/components/button'
import { ArrowClockwiseIcon } from '@phosphor-icons/react/dist/csr/ArrowClockwise'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { auditQuery } from '../api/settings-queries.ts'
import { auditMessages } from '../messages/audit.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Nothing, Stale, WithAnswer } from '../shell/card-state.tsx'
import { AuditExportMenu } from './audit-export-menu.tsx'
import { AuditFilters } from './audit-filters.tsx'
import { AuditRows } from './audit-rows.tsx'
import { questionOf, readAuditSearch, writeAuditSearch, type AuditSearch } from './audit-search.ts'

const text = auditMessages

export function AuditCard() {
  const account = useAccount()
  const navigate = useNavigate()
  const search = readAuditSearch(useSearch({ from: '/shell/settings/audit' }))
  const question = questionOf(search)
  const query = useInfiniteQuery({ ...auditQuery(account, question), placeholderData: keepPreviousData })
  const { data, hasNextPage, isFetchingNextPage, isFetching } = query
  const change = (part: Partial<AuditSearch>) =>
    void navigate({ to: '/settings/audit', search: writeAuditSearch({ ...search, ...part }), replace: true })
  const filtered = Object.keys(writeAuditSearch(search)).length > 0
  return (
    <Card
      title={text.title}
      actions={
        <span className="flex flex-wrap items-center gap-2">
          <Stale query={query} />
          <Button size="sm" icon={ArrowClockwiseIcon} disabled={isFetching} onClick={() => void query.refetch()}>
            {text.newest}
          </Button>
          <AuditExportMenu question={question} />
        </span>
      }
      flush
    >
      <AuditFilters search={search} actions={data?.pages[0]?.actions ?? []} onChange={change} />
      <WithAnswer query={query}>
        {({ pages }) => {
          const lines = pages.flatMap((page) => page.lines)
          if (lines.length === 0) return <Nothing>{filtered ? text.emptyFiltered : text.empty}</Nothing>
          return (
            <>
              <AuditRows lines={lines} />
              <div className="border-t border-kumo-hairline p-3 text-sm text-kumo-subtle">
                {hasNextPage ? (
                  <Button loading={isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {text.older}
                  </Button>
                ) : (
                  text.end
                )}
              </div>
            </>
          )
        }}
      </WithAnswer>
    </Card>
  )
}
