// What a card shows before it has an answer, when there is none, and how it tells that its answer is old.
import { Badge } from '@cloudflare/kumo/components/badge'
import { SkeletonLine } from '@cloudflare/kumo/components/loader'
import type { ReactNode } from 'react'
import { messages } from '../messages.ts'
import { FailureBanner } from './failure.tsx'
import { formatTime } from '../view/units.ts'

/** What a query hook tells, as far as cards need it. */
export interface CardQuery<T> {
  readonly data: T | undefined
  readonly error: Error | null
  readonly dataUpdatedAt: number
  readonly refetch: () => Promise<unknown>
}

/** A badge when the last attempt failed and what is shown is from before. */
export function Stale({ query }: { readonly query: CardQuery<unknown> }) {
  if (query.data === undefined || query.error === null) return null
  return <Badge variant="warning">{messages.failure.stale(formatTime(query.dataUpdatedAt))}</Badge>
}

interface WithAnswerProps<T> {
  readonly query: CardQuery<T>
  readonly children: (data: T) => ReactNode
}

/** Skeleton, error or the content. */
export function WithAnswer<T>({ query, children }: WithAnswerProps<T>) {
  if (query.data !== undefined) return children(query.data)
  if (query.error !== null) {
    return (
      <div className="p-4">
        <FailureBanner error={query.error} onRetry={() => void query.refetch()} />
      </div>
    )
  }
  return (
    <div className="flex flex-col gap-4 p-4" aria-busy="true">
      <SkeletonLine />
      <SkeletonLine />
      <SkeletonLine />
    </div>
  )
}

/** A sentence in place of rows. */
export function Nothing({ children }: { readonly children: ReactNode }) {
  return <p className="p-4 text-base text-kumo-subtle">{children}</p>
}
