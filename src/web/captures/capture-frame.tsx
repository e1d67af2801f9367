// What the pages about captures begin with: title, what they are for, the button that starts one, and the parts.
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { captureMessages } from '../messages/captures.ts'
import { NewCaptureButton } from './new-capture-button.tsx'

const text = captureMessages
const part =
  'rounded-md px-2.5 py-1.5 text-base text-kumo-subtle hover:text-kumo-default focus-visible:outline-2 focus-visible:outline-kumo-brand'
const activePart = { className: 'bg-kumo-tint font-medium !text-kumo-default' }
const wholePath = { exact: true, includeSearch: false } as const

function Parts() {
  return (
    <nav aria-label={text.sections.label} className="-mx-1 flex flex-wrap gap-1">
      <Link to="/captures" className={part} activeProps={activePart} activeOptions={wholePath}>
        {text.sections.captures}
      </Link>
      <Link to="/agents" className={part} activeProps={activePart} activeOptions={wholePath}>
        {text.sections.agents}
      </Link>
      <Link to="/captures/buckets" className={part} activeProps={activePart} activeOptions={wholePath}>
        {text.sections.buckets}
      </Link>
    </nav>
  )
}

export function CaptureFrame({ children }: { readonly children: ReactNode }) {
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="flex max-w-3xl flex-col gap-1">
          <h1 className="text-xl font-semibold text-kumo-default">{text.title}</h1>
          <p className="text-base text-kumo-subtle">{text.intro}</p>
        </div>
        <NewCaptureButton />
      </div>
      <Parts />
      {children}
    </div>
  )
}
