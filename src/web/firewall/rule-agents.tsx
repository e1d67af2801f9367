// How a rule goes on each agent: state, rates and totals, as a table on wide screens, as a list on narrow ones.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Table } from '@cloudflare/kumo/components/table'
import type { FirewallAgent, FirewallRule } from '../../contract/firewall.ts'
import { messages } from '../messages.ts'
import { firewallMessages } from '../messages/firewall.ts'
import { Card } from '../shell/card.tsx'
import { Nothing } from '../shell/card-state.tsx'
import { useNow } from '../shell/use-now.ts'
import { actionText, agentTones, rateText } from '../view/firewall-view.ts'
import { formatCount, formatDuration, formatShare } from '../view/units.ts'

const text = firewallMessages.page

interface AgentProps {
  readonly agent: FirewallAgent
  readonly now: number
}

function State({ agent, now }: AgentProps) {
  const { state, action, error, connected, told_at: told } = agent
  return (
    <span className="flex flex-col items-start gap-0.5">
      <span className="flex flex-wrap items-center gap-x-2">
        <Badge appearance="dot" variant={agentTones[state] === 'info' ? 'neutral' : agentTones[state]}>
          {firewallMessages.agentStates[state]}
        </Badge>
        {action !== null && state === 'active' && <span className="text-sm text-kumo-subtle">{actionText(action)}</span>}
      </span>
      {!connected && state === 'active' && (
        <span className="text-sm text-kumo-warning">
          {text.disconnected}
          {told !== null && `, ${text.told(formatDuration((now - Date.parse(told)) / 1000))}`}
        </span>
      )}
      {error !== null && <span className="text-sm break-words text-kumo-danger">{error}</span>}
    </span>
  )
}

const figures = [
  [text.rate, (agent: FirewallAgent) => rateText(agent.packets_per_second)],
  [text.dropped, (agent: FirewallAgent) => rateText(agent.dropped_packets_per_second)],
  [text.packets, (agent: FirewallAgent) => formatCount(agent.packets)],
  [text.droppedPackets, (agent: FirewallAgent) => formatCount(agent.dropped_packets)],
  [text.share, ({ share_of_traffic: share }: FirewallAgent) => (share === null ? messages.none : formatShare(share))],
] as const

function Row({ agent, now }: AgentProps) {
  return (
    <Table.Row>
      <Table.Cell className="align-top">
        <span className="font-medium text-kumo-default">{agent.name}</span> <span className="text-sm text-kumo-subtle">{agent.colo}</span>
      </Table.Cell>
      <Table.Cell className="max-w-96 align-top">
        <State agent={agent} now={now} />
      </Table.Cell>
      {figures.map(([name, figure]) => (
        <Table.Cell key={name} className="text-right align-top whitespace-nowrap tabular-nums">
          {figure(agent)}
        </Table.Cell>
      ))}
    </Table.Row>
  )
}

function Item({ agent, now }: AgentProps) {
  return (
    <li className="flex flex-col gap-2 border-t border-kumo-hairline p-4 text-base first:border-t-0">
      <span>
        <span className="font-medium text-kumo-default">{agent.name}</span> <span className="text-sm text-kumo-subtle">{agent.colo}</span>
      </span>
      <State agent={agent} now={now} />
      <dl className="grid grid-cols-3 gap-x-4 gap-y-2 text-sm">
        {figures.map(([name, figure]) => (
          <div key={name} className="flex flex-col">
            <dt className="text-kumo-subtle">{name}</dt>
            <dd className="text-kumo-default tabular-nums">{figure(agent)}</dd>
          </div>
        ))}
      </dl>
    </li>
  )
}

export function RuleAgents({ rule: { agents } }: { readonly rule: FirewallRule }) {
  const now = useNow(1)
  return (
    <Card title={text.agents} flush>
      {agents.length === 0 ? (
        <Nothing>{text.noAgents}</Nothing>
      ) : (
        <>
          <Table className="max-lg:hidden">
            <Table.Header variant="compact">
              <Table.Row>
                <Table.Head>{text.agent}</Table.Head>
                <Table.Head>{text.state}</Table.Head>
                {figures.map(([name]) => (
                  <Table.Head key={name} className="text-right">
                    {name}
                  </Table.Head>
                ))}
              </Table.Row>
            </Table.Header>
            <Table.Body>
              {agents.map((agent) => (
                <Row key={agent.agent} agent={agent} now={now} />
              ))}
            </Table.Body>
          </Table>
          <ul className="lg:hidden">
            {agents.map((agent) => (
              <Item key={agent.agent} agent={agent} now={now} />
            ))}
          </ul>
        </>
      )}
    </Card>
  )
}
