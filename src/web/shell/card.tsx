// A titled section of a page: Kumo's layered card with a heading that names it for screen readers.
import { LayerCard } from '@cloudflare/kumo/components/layer-card'
import { useId, type ReactNode } from 'react'

export interface CardProps {
  readonly title: string
  /** Stands at the right of the title. */
  readonly actions?: ReactNode
  /** Lets content touch the edges, for tables. */
  readonly flush?: boolean
  readonly id?: string
  readonly children: ReactNode
}

export function Card({ title, actions, flush = false, id, children }: CardProps) {
  const heading = useId()
  return (
    <LayerCard render={<section aria-labelledby={heading} id={id} />} className="flex h-full min-w-0 flex-col">
      <LayerCard.Secondary className="flex min-h-11 flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <h2 id={heading} className="text-base font-medium text-kumo-default">
          {title}
        </h2>
        {actions}
      </LayerCard.Secondary>
      <LayerCard.Primary className={flush ? 'grow gap-0 overflow-hidden p-0' : 'grow'}>{children}</LayerCard.Primary>
    </LayerCard>
  )
}
