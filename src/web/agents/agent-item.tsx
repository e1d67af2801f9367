// One agent: where it is, whether it is connected, what its host is, and what captures miss there.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Collapsible } from '@cloudflare/kumo/components/collapsible'
import { DropdownMenu } from '@cloudflare/kumo/components/dropdown'
import { PencilSimpleIcon } from '@phosphor-icons/react/dist/csr/PencilSimple'
import { TrashIcon } from '@phosphor-icons/react/dist/csr/Trash'
import { WarningIcon } from '@phosphor-icons/react/dist/csr/Warning'
import { WarningCircleIcon } from '@phosphor-icons/react/dist/csr/WarningCircle'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { AgentFacts, AgentFinding, AgentInterface, AgentSummary } from '../../contract/agent.ts'
import { messages } from '../messages.ts'
import { captureMessages } from '../messages/captures.ts'
import { serverText } from '../messages/server-text.ts'
import { ActionsMenu } from '../shell/actions-menu.tsx'
import { CopyCommand } from '../shell/copy-command.tsx'
import { offsetText } from '../view/capture-view.ts'
import { formatCount, formatDuration } from '../view/units.ts'
import type { AgentTask } from './agent-dialogs.tsx'

const text = captureMessages.agents

interface AgentProps {
  readonly agent: AgentSummary
}

/** Since when it is not there, or where it connects from. */
function seenText({ state, last_seen_at, address }: AgentSummary, now: number): string {
  if (state === 'connected') return address === null ? '' : text.from(address)
  return last_seen_at === null ? text.never : text.lastSeen(formatDuration((now - Date.parse(last_seen_at)) / 1000))
}

function clockText({ clock_offset_ms, clock_error_ms }: AgentSummary): string {
  if (clock_offset_ms === null) return text.clockUnknown
  return text.clockOff(offsetText(clock_offset_ms), String(Number((clock_error_ms ?? 0).toPrecision(2))))
}

function toolsText({ nft, tcpdump }: AgentFacts): string {
  return messages.list([nft ?? text.noTool('nft'), tcpdump ?? text.noTool('tcpdump')])
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col">
      <dt className="text-sm text-kumo-subtle">{name}</dt>
      <dd className="break-words text-kumo-default tabular-nums">{children}</dd>
    </div>
  )
}

function Running({ captures }: { readonly captures: readonly string[] }) {
  const [first] = captures
  if (first === undefined) return text.idle
  return (
    <Link
      {...(captures.length === 1 ? { to: '/captures/$id' as const, params: { id: first } } : { to: '/captures' as const })}
      className="rounded-sm text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
    >
      {text.runningNow(captures.length)}
    </Link>
  )
}

function AgentFactList({ agent }: AgentProps) {
  const { facts, always_on_sampling } = agent
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 text-base md:grid-cols-3 xl:grid-cols-6">
      <Fact name={text.version}>{facts?.version ?? messages.none}</Fact>
      <Fact name={text.kernel}>{facts === null ? messages.none : `${facts.kernel} ${facts.architecture}`}</Fact>
      <Fact name={text.tools}>{facts === null ? messages.none : toolsText(facts)}</Fact>
      <Fact name={text.clock}>{clockText(agent)}</Fact>
      <Fact name={text.samples}>{always_on_sampling === 0 ? text.samplesOff : text.samplesOf(formatCount(always_on_sampling))}</Fact>
      <Fact name={text.running}>
        <Running captures={agent.running} />
      </Fact>
    </dl>
  )
}

function Finding({ finding }: { readonly finding: AgentFinding }) {
  const failed = finding.state === 'failed'
  const Icon = failed ? WarningCircleIcon : WarningIcon
  return (
    <li className="flex items-start gap-2 text-base">
      <Icon size={20} weight="fill" aria-hidden className={`mt-0.5 shrink-0 ${failed ? 'text-kumo-danger' : 'text-kumo-warning'}`} />
      <span className="flex min-w-0 flex-col items-start gap-1.5">
        <span className="text-kumo-default">{serverText(finding.message)}</span>
        {finding.command !== null && <CopyCommand command={finding.command} />}
      </span>
    </li>
  )
}

function Interface({ network }: { readonly network: AgentInterface }) {
  const { name, state, mtu, addresses, merging_offloads } = network
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 py-1 text-sm">
      <span className="font-mono font-medium text-kumo-default">{name}</span>
      <span className="text-kumo-subtle">
        {state}, {text.mtu(mtu)}
      </span>
      {addresses.length > 0 && <span className="min-w-0 font-mono break-all text-kumo-subtle">{messages.list(addresses)}</span>}
      {merging_offloads.length > 0 && <span className="text-kumo-warning">{text.offloads(messages.list(merging_offloads))}</span>}
    </li>
  )
}

function Interfaces({ interfaces }: Pick<AgentFacts, 'interfaces'>) {
  if (interfaces.length === 0) return null
  return (
    <Collapsible.Root>
      <Collapsible.DefaultTrigger>{text.interfaces(interfaces.length)}</Collapsible.DefaultTrigger>
      <Collapsible.DefaultPanel>
        <ul>
          {interfaces.map((network) => (
            <Interface key={network.index} network={network} />
          ))}
        </ul>
      </Collapsible.DefaultPanel>
    </Collapsible.Root>
  )
}

function AgentMenu({ agent, onTask }: AgentProps & { readonly onTask: (task: AgentTask) => void }) {
  return (
    <ActionsMenu scopes={['agents:write']} label={text.actions(agent.name)}>
      <DropdownMenu.Item icon={PencilSimpleIcon} onClick={() => onTask({ kind: 'edit', agent })}>
        {text.edit}
      </DropdownMenu.Item>
      <DropdownMenu.Separator />
      <DropdownMenu.Item icon={TrashIcon} variant="danger" onClick={() => onTask({ kind: 'remove', agent })}>
        {text.remove}
      </DropdownMenu.Item>
    </ActionsMenu>
  )
}

interface AgentItemProps extends AgentProps {
  readonly now: number
  readonly onTask: (task: AgentTask) => void
}

export function AgentItem({ agent, now, onTask }: AgentItemProps) {
  const { name, colo, group, state, facts } = agent
  const wrong = (facts?.findings ?? []).filter((finding) => finding.state !== 'ok')
  return (
    <li className="flex flex-col gap-3 border-t border-kumo-hairline p-4 first:border-t-0">
      <div className="flex items-start justify-between gap-3">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <h3 className="min-w-0 text-base font-medium break-words text-kumo-default">{name}</h3>
          <Badge variant="secondary">{colo}</Badge>
          <span className="text-sm text-kumo-subtle">{text.group(group)}</span>
          <Badge appearance="dot" variant={state === 'connected' ? 'success' : 'error'}>
            {text.states[state]}
          </Badge>
          <span className="text-sm text-kumo-subtle tabular-nums">{seenText(agent, now)}</span>
        </div>
        <AgentMenu agent={agent} onTask={onTask} />
      </div>
      {facts === null ? <p className="text-base text-kumo-subtle">{text.noFacts}</p> : <AgentFactList agent={agent} />}
      {wrong.length > 0 && (
        <ul aria-label={text.findings} className="flex flex-col gap-2">
          {wrong.map((finding) => (
            <Finding key={finding.id} finding={finding} />
          ))}
        </ul>
      )}
      {facts !== null && <Interfaces interfaces={facts.interfaces} />}
    </li>
  )
}
