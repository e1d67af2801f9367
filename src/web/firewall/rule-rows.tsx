// Rules that are on the edges, as a table on wide screens, as a list on narrow ones.
import { Table } from '@cloudflare/kumo/components/table'
import type { FirewallRule } from '../../contract/firewall.ts'
import { firewallMessages } from '../messages/firewall.ts'
import { agentsText, placesText, troubles, untilText } from '../view/firewall-view.ts'
import { RuleMenu } from './rule-menu.tsx'
import { FirewallState, LiveRates, RuleName } from './rule-state.tsx'
import type { FirewallTask } from './task-dialogs.tsx'

const text = firewallMessages.list

interface RowProps {
  readonly rule: FirewallRule
  readonly now: number
  readonly onTask: (task: FirewallTask) => void
}

function Agents({ rule }: Pick<RowProps, 'rule'>) {
  const failed = troubles(rule)
  return (
    <span className="flex flex-col">
      <span className="text-kumo-default">{agentsText(rule)}</span>
      <span className="text-sm text-kumo-subtle">{placesText(rule)}</span>
      {failed.map((sentence) => (
        <span key={sentence} className="text-sm break-words text-kumo-danger">
          {sentence}
        </span>
      ))}
    </span>
  )
}

export function Until({ rule, now }: Omit<RowProps, 'onTask'>) {
  const [main, ...more] = untilText(rule, now)
  return (
    <span className="flex flex-col tabular-nums">
      <span className="text-kumo-default">{main}</span>
      {more.map((part) => (
        <span key={part} className="text-sm text-kumo-subtle">
          {part}
        </span>
      ))}
    </span>
  )
}

function Row({ rule, now, onTask }: RowProps) {
  return (
    <Table.Row>
      <Table.Cell className="max-w-80 align-top">
        <RuleName rule={rule} />
      </Table.Cell>
      <Table.Cell className="align-top">
        <FirewallState rule={rule} now={now} />
      </Table.Cell>
      <Table.Cell className="align-top">
        <LiveRates rule={rule} />
      </Table.Cell>
      <Table.Cell className="max-w-56 align-top">
        <Agents rule={rule} />
      </Table.Cell>
      <Table.Cell className="align-top">
        <Until rule={rule} now={now} />
      </Table.Cell>
      <Table.Cell className="w-px align-top whitespace-nowrap">
        <RuleMenu rule={rule} onTask={onTask} />
      </Table.Cell>
    </Table.Row>
  )
}

function Item({ rule, now, onTask }: RowProps) {
  return (
    <li className="flex flex-col gap-3 border-t border-kumo-hairline p-4 text-base first:border-t-0">
      <RuleName rule={rule} />
      <span className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <FirewallState rule={rule} now={now} />
        <LiveRates rule={rule} />
      </span>
      <span className="flex flex-wrap justify-between gap-x-6 gap-y-1">
        <Agents rule={rule} />
        <Until rule={rule} now={now} />
      </span>
      <RuleMenu rule={rule} onTask={onTask} />
    </li>
  )
}

export interface RuleRowsProps {
  readonly rules: readonly FirewallRule[]
  readonly now: number
  readonly onTask: (task: FirewallTask) => void
}

export function RuleRows({ rules, now, onTask }: RuleRowsProps) {
  return (
    <>
      <Table className="max-xl:hidden">
        <Table.Header variant="compact">
          <Table.Row>
            <Table.Head>{text.rule}</Table.Head>
            <Table.Head>{text.state}</Table.Head>
            <Table.Head>{text.live}</Table.Head>
            <Table.Head>{text.agents}</Table.Head>
            <Table.Head>{text.until}</Table.Head>
            <Table.Head>
              <span className="sr-only">{text.actions}</span>
            </Table.Head>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {rules.map((rule) => (
            <Row key={rule.id} rule={rule} now={now} onTask={onTask} />
          ))}
        </Table.Body>
      </Table>
      <ul className="xl:hidden">
        {rules.map((rule) => (
          <Item key={rule.id} rule={rule} now={now} onTask={onTask} />
        ))}
      </ul>
    </>
  )
}
