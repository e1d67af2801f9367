// The pages of a long list.
import { Pagination } from '@cloudflare/kumo/components/pagination'
import { incidentMessages } from '../messages/incidents.ts'

const text = incidentMessages.list

export interface PagerProps {
  readonly page: number
  readonly perPage: number
  readonly total: number
  readonly onPage: (page: number) => void
}

/** Nothing where there is one page only. */
export function Pager({ page, perPage, total, onPage }: PagerProps) {
  if (total <= perPage) return null
  return (
    <div className="border-t border-kumo-hairline p-3">
      <Pagination
        page={page}
        perPage={perPage}
        totalCount={total}
        setPage={onPage}
        controls="simple"
        labels={text.pages}
        text={({ pageShowingRange }: { pageShowingRange: string }) => text.range(pageShowingRange, total)}
      />
    </div>
  )
}
