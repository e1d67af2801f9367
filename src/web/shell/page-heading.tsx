// What every page begins with: its heading, one line that says what it is for, and what can be done, at the right.
import type { ReactNode } from 'react'

export interface PageHeadingProps {
  readonly title: string
  readonly intro?: string | undefined
  /** The way back, above the heading. */
  readonly trail?: ReactNode
  readonly actions?: ReactNode
}

export function PageHeading({ title, intro, trail, actions }: PageHeadingProps) {
  return (
    <div className="flex flex-wrap items-start justify-between gap-3">
      <div className="flex max-w-3xl min-w-0 flex-col gap-1">
        {trail}
        <h1 className="text-xl font-semibold break-words text-kumo-default">{title}</h1>
        {intro !== undefined && <p className="text-base text-kumo-subtle">{intro}</p>}
      </div>
      {actions}
    </div>
  )
}
