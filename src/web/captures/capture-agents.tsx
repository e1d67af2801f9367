// A capture by agent: its state, what it has, and in words what one should know about its packets.
import { Table } from '@cloudflare/kumo/components/table'
import type { Capture, CaptureAgent, CaptureObject } from '../../contract/capture.ts'
import { messages } from '../messages.ts'
import { captureMessages } from '../messages/captures.ts'
import { serverText } from '../messages/server-text.ts'
import { Card } from '../shell/card.tsx'
import { Nothing } from '../shell/card-state.tsx'
import { CopyCommand } from '../shell/copy-command.tsx'
import { agentRemarks, clockText, isAtWork, packetTime } from '../view/capture-view.ts'
import { formatBytes, formatCount } from '../view/units.ts'
import { AgentCaptureBadge } from './capture-state.tsx'

const text = captureMessages.page

interface AgentProps {
  readonly agent: CaptureAgent
}

function AgentName({ agent }: AgentProps) {
  if (agent.agent === 'samples') return <span className="font-medium text-kumo-default">{text.samples}</span>
  return (
    <span className="flex flex-col">
      <span className="font-medium break-words text-kumo-default">{agent.name}</span>
      <span className="text-sm text-kumo-subtle">{agent.colo}</span>
    </span>
  )
}

/** The error first, then what was lost or is not as on the wire, then what is only good to know. */
function Remarks({ agent }: AgentProps) {
  const remarks = agentRemarks(agent)
  const clock = clockText(agent)
  const fine = remarks.length === 0 && agent.error === null && agent.packets > 0 && !isAtWork(agent)
  return (
    <span className="flex flex-col gap-0.5 text-sm">
      {agent.error !== null && <span className="break-words text-kumo-danger">{serverText(agent.error)}</span>}
      {remarks.map((remark) => (
        <span key={remark} className="text-kumo-warning">
          {remark}
        </span>
      ))}
      {fine && <span className="text-kumo-subtle">{text.noRemarks}</span>}
      {agent.first_packet_at !== null && (
        <span className="text-kumo-subtle tabular-nums">{text.first(packetTime(agent.first_packet_at))}</span>
      )}
      {clock !== '' && <span className="text-kumo-subtle tabular-nums">{clock}</span>}
    </span>
  )
}

function Row({ agent }: AgentProps) {
  return (
    <Table.Row>
      <Table.Cell className="max-w-56 align-top">
        <AgentName agent={agent} />
      </Table.Cell>
      <Table.Cell className="align-top">
        <AgentCaptureBadge agent={agent} />
      </Table.Cell>
      <Table.Cell className="text-right align-top tabular-nums">{formatCount(agent.packets)}</Table.Cell>
      <Table.Cell className="text-right align-top whitespace-nowrap tabular-nums">{formatBytes(agent.bytes)}</Table.Cell>
      <Table.Cell className="align-top">
        <Remarks agent={agent} />
      </Table.Cell>
    </Table.Row>
  )
}

function Item({ agent }: AgentProps) {
  return (
    <li className="flex flex-col gap-1.5 border-t border-kumo-hairline p-4 text-base first:border-t-0">
      <span className="flex flex-wrap items-start justify-between gap-x-3 gap-y-1">
        <AgentName agent={agent} />
        <AgentCaptureBadge agent={agent} />
      </span>
      <span className="text-kumo-default tabular-nums">
        {messages.list([captureMessages.packets(formatCount(agent.packets), agent.packets === 1), formatBytes(agent.bytes)])}
      </span>
      <Remarks agent={agent} />
    </li>
  )
}

function ObjectLine({ object }: { readonly object: CaptureObject }) {
  return (
    <li className="flex flex-col items-start gap-1 text-sm">
      <CopyCommand command={object.uri} />
      <span className="text-kumo-subtle tabular-nums">
        {messages.list([captureMessages.packets(formatCount(object.packets), object.packets === 1), formatBytes(object.bytes)])}
      </span>
      <span className="font-mono text-xs break-all text-kumo-subtle">
        {object.sha256 === null ? text.unfinished : `SHA-256 ${object.sha256}`}
      </span>
    </li>
  )
}

function Objects({ agents }: Pick<Capture, 'agents'>) {
  const objects = agents.flatMap((agent) => agent.objects)
  if (objects.length === 0) return null
  return (
    <div className="flex flex-col gap-2 border-t border-kumo-hairline p-4">
      <h3 className="text-base font-medium text-kumo-default">{text.objects}</h3>
      <ul className="flex flex-col gap-3">
        {objects.map((object) => (
          <ObjectLine key={object.uri} object={object} />
        ))}
      </ul>
    </div>
  )
}

export function CaptureAgents({ agents }: Pick<Capture, 'agents'>) {
  return (
    <Card title={text.agents} flush>
      {agents.length === 0 && <Nothing>{captureMessages.expected.noAgents}</Nothing>}
      <Table className={agents.length === 0 ? 'hidden' : 'max-lg:hidden'}>
        <Table.Header variant="compact">
          <Table.Row>
            <Table.Head>{text.agent}</Table.Head>
            <Table.Head>{text.state}</Table.Head>
            <Table.Head className="text-right">{text.packets}</Table.Head>
            <Table.Head className="text-right">{text.bytes}</Table.Head>
            <Table.Head>{text.remarks}</Table.Head>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {agents.map((agent) => (
            <Row key={agent.agent} agent={agent} />
          ))}
        </Table.Body>
      </Table>
      <ul className="lg:hidden">
        {agents.map((agent) => (
          <Item key={agent.agent} agent={agent} />
        ))}
      </ul>
      <Objects agents={agents} />
    </Card>
  )
}
