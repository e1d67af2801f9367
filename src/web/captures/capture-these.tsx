// Leads from the filters of the overview to a capture of the same packets.
import { Link } from '@tanstack/react-router'
import { RecordIcon } from '@phosphor-icons/react/dist/csr/Record'
import { messages } from '../messages.ts'
import { captureMessages } from '../messages/captures.ts'
import { useMay } from '../shell/use-may.ts'
import { packetConditions } from '../view/capture-filter.ts'
import type { FlowCondition } from '../view/filter.ts'

const text = captureMessages.overview

/** Nothing where no condition is about packets, and for who may not capture. */
export function CaptureThese({ conditions }: { readonly conditions: readonly FlowCondition[] }) {
  const { filter, left } = packetConditions(conditions)
  const may = useMay('captures:write')
  if (filter === '' || may === false) return null
  const names = messages.list(left.map((dimension) => messages.filter.names[dimension]))
  return (
    <Link
      to="/captures/new"
      search={{ filter }}
      className="inline-flex items-center gap-1.5 rounded-sm px-1 text-sm text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
    >
      <RecordIcon size={14} aria-hidden />
      {left.length === 0 ? text.these : text.without(names)}
    </Link>
  )
}
