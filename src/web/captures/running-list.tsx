// Captures that run, each with what it has so far and how far it is; the counters of its agents below.
import { Meter } from '@cloudflare/kumo/components/meter'
import type { Capture, CaptureAgent } from '../../contract/capture.ts'
import { messages } from '../messages.ts'
import { captureMessages } from '../messages/captures.ts'
import { captureShare, filterName, gotText, isAtWork, latestEnd, packetsText, placesText } from '../view/capture-view.ts'
import { formatBytes, formatDuration } from '../view/units.ts'
import { AgentCaptureBadge, CaptureCause, CaptureName, CaptureState, CaptureType } from './capture-state.tsx'
import { StopButton } from './stop-button.tsx'

const text = captureMessages
// The page of the capture has them all.
const mostAgents = 6

interface RowProps {
  readonly capture: Capture
  readonly now: number
  /** Without the counters of the agents. */
  readonly brief?: boolean
}

function leftText(capture: Capture, now: number): string {
  const left = (latestEnd(capture) - now) / 1000
  return left > 0 ? text.secondsLeft(formatDuration(left)) : text.states.conversion_running
}

/** How far it is by its nearest limit. */
export function CaptureMeter({ capture, now }: RowProps) {
  return (
    <Meter
      className="w-full"
      label={gotText(capture)}
      aria-label={text.now.progress(filterName(capture))}
      value={captureShare(capture, now) * 100}
      customValue={leftText(capture, now)}
    />
  )
}

function AgentLine({ agent }: { readonly agent: CaptureAgent }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-3 gap-y-0.5 rounded-md bg-kumo-recessed px-2.5 py-1.5 text-sm">
      <span className="min-w-0 font-medium break-words text-kumo-default">{agent.name}</span>
      <AgentCaptureBadge agent={agent} />
      <span className="w-full text-kumo-subtle tabular-nums">{messages.list([packetsText(agent.packets), formatBytes(agent.bytes)])}</span>
    </li>
  )
}

function AgentLines({ agents }: Pick<Capture, 'agents'>) {
  return (
    <ul aria-label={text.now.perAgent} className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3 2xl:grid-cols-4">
      {agents.slice(0, mostAgents).map((agent) => (
        <AgentLine key={agent.agent} agent={agent} />
      ))}
    </ul>
  )
}

function RunningCapture({ capture, now, brief = false }: RowProps) {
  const { agents } = capture
  return (
    <li className="flex flex-col gap-3 border-t border-kumo-hairline px-4 py-3 text-base first:border-t-0">
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-6 gap-y-3 lg:grid-cols-[minmax(0,5fr)_minmax(0,4fr)_auto]">
        <div className="flex min-w-0 flex-col gap-1">
          <CaptureName capture={capture} />
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-kumo-subtle">
            <CaptureState capture={capture} />
            <CaptureType capture={capture} />
            <span>
              {placesText(capture)} · {text.now.agents(agents.filter(isAtWork).length, agents.length)}
            </span>
            <CaptureCause cause={capture.cause} />
          </span>
        </div>
        <div className="order-last col-span-2 min-w-0 lg:order-none lg:col-span-1">
          <CaptureMeter capture={capture} now={now} />
        </div>
        <StopButton capture={capture} size="sm" />
      </div>
      {!brief && agents.length > 0 && <AgentLines agents={agents} />}
    </li>
  )
}

interface RunningListProps {
  readonly captures: readonly Capture[]
  readonly now: number
  readonly brief?: boolean
}

export function RunningList({ captures, now, brief = false }: RunningListProps) {
  return (
    <ul>
      {captures.map((capture) => (
        <RunningCapture key={capture.id} capture={capture} now={now} brief={brief} />
      ))}
    </ul>
  )
}
