// How a capture stands, as a badge, and what it looks for, as a link to its page.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Link } from '@tanstack/react-router'
import type { Capture, CaptureAgent } from '../../contract/capture.ts'
import { captureMessages } from '../messages/captures.ts'
import { agentStateText, agentTone, captureTone, filterName, typeName, type Tone } from '../view/capture-view.ts'

const text = captureMessages

/** What goes on is filled: dots have no colour for it. */
function StateBadge({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  if (tone === 'info') return <Badge variant="info">{children}</Badge>
  return (
    <Badge appearance="dot" variant={tone}>
      {children}
    </Badge>
  )
}

export function CaptureState({ capture }: { readonly capture: Pick<Capture, 'status' | 'error_message' | 'stop_requested' | 'ended_at'> }) {
  const stopping = capture.stop_requested !== null && capture.ended_at === null
  return <StateBadge tone={captureTone(capture)}>{stopping ? text.now.stopping : text.states[capture.status]}</StateBadge>
}

export function AgentCaptureBadge({ agent }: { readonly agent: Pick<CaptureAgent, 'state' | 'end'> }) {
  return <StateBadge tone={agentTone(agent)}>{agentStateText(agent)}</StateBadge>
}

export function CaptureType({ capture }: { readonly capture: Pick<Capture, 'type' | 'offset_time'> }) {
  return <Badge variant="secondary">{typeName(capture.type, capture.offset_time !== null)}</Badge>
}

const linked = 'rounded-sm hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand'

/** The filter, which is the name of a capture. */
export function CaptureName({ capture }: { readonly capture: Capture }) {
  return (
    <span className="flex min-w-0 flex-col gap-0.5">
      <span className="min-w-0">
        <Link
          to="/captures/$id"
          params={{ id: capture.id }}
          className={`${linked} font-mono text-sm font-medium break-words text-kumo-default`}
        >
          {filterName(capture)}
        </Link>
      </span>
      {capture.extension.note !== '' && <span className="text-sm break-words text-kumo-subtle">{capture.extension.note}</span>}
    </span>
  )
}

/** Who asked for it; a rule leads to its incident. */
export function CaptureCause({ cause }: Pick<Capture, 'cause'>) {
  if (cause.kind === 'person') return <span className="break-words">{cause.who}</span>
  const name = text.byRule(cause.who)
  if (cause.incident_id === null) return <span className="break-words">{name}</span>
  return (
    <Link to="/incidents/$id" params={{ id: cause.incident_id }} title={text.toIncident} className={`${linked} break-words text-kumo-link`}>
      {name}
    </Link>
  )
}
