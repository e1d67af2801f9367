// What all pages of a section begin with: its title, what it is for, what can be done everywhere, and links to its parts.
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { PageHeading } from './page-heading.tsx'

const part =
  'rounded-md px-2.5 py-1.5 text-base text-kumo-subtle hover:text-kumo-default focus-visible:outline-2 focus-visible:outline-kumo-brand'
const activePart = { className: 'bg-kumo-tint font-medium !text-kumo-default' }
const wholePath = { exact: true, includeSearch: false } as const

export interface SectionPart {
  readonly to:
    | '/advertisements'
    | '/advertisements/history'
    | '/advertisements/prefixes'
    | '/captures'
    | '/agents'
    | '/captures/buckets'
    | '/signatures'
    | '/firewall'
    | '/firewall/history'
  readonly name: string
}

export interface SectionFrameProps {
  readonly title: string
  readonly intro: string
  /** Names the links for screen readers. */
  readonly label: string
  readonly parts: readonly SectionPart[]
  /** Buttons at the right of the title. */
  readonly actions: ReactNode
  /** Stands above the parts, so that it is seen on each of them. */
  readonly banner?: ReactNode
  readonly children: ReactNode
}

export function SectionFrame({ title, intro, label, parts, actions, banner, children }: SectionFrameProps) {
  return (
    <div className="flex flex-col gap-5">
      <PageHeading title={title} intro={intro} actions={actions} />
      {banner}
      <nav aria-label={label} className="-mx-1 flex flex-wrap gap-1">
        {parts.map(({ to, name }) => (
          <Link key={to} to={to} className={part} activeProps={activePart} activeOptions={wholePath}>
            {name}
          </Link>
        ))}
      </nav>
      {children}
    </div>
  )
}
