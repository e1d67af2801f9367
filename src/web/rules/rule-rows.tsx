// The rules as a table on wide screens, as a list on narrow ones.
import { Switch } from '@cloudflare/kumo/components/switch'
import { Table } from '@cloudflare/kumo/components/table'
import { ArrowDownIcon } from '@phosphor-icons/react/dist/csr/ArrowDown'
import { TrashIcon } from '@phosphor-icons/react/dist/csr/Trash'
import { Link } from '@tanstack/react-router'
import type { WireRule } from '../api/rule-queries.ts'
import { ruleMessages } from '../messages/rules.ts'
import { PermittedButton, useRefusal } from '../shell/permitted.tsx'
import type { ListedRule, RuleSort } from '../view/rule-list.ts'
import { limitText, ownMetric } from '../view/rule-state.ts'
import { RuleLoad, RuleState } from './rule-state.tsx'

const text = ruleMessages.list

export interface RuleRowsProps {
  readonly rules: readonly ListedRule[]
  readonly sort: RuleSort
  readonly now: number
  readonly onSort: (sort: RuleSort) => void
  readonly onSwitch: (rule: WireRule, enabled: boolean) => void
  readonly onDelete: (rule: WireRule) => void
}

type RowProps = ListedRule & Pick<RuleRowsProps, 'now' | 'onSwitch' | 'onDelete'>

function RuleName({ rule }: { readonly rule: WireRule }) {
  const [first = '', ...others] = rule.prefixes
  return (
    <div className="flex min-w-0 flex-col">
      <Link
        to="/rules/$id"
        params={{ id: rule.id }}
        title={rule.name}
        className="truncate rounded-sm font-medium text-kumo-default hover:text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
      >
        {rule.name}
      </Link>
      <span className="truncate text-sm text-kumo-subtle" title={rule.prefixes.slice(0, 40).join('\n')}>
        <span className="font-mono">{first}</span>
        {others.length > 0 && ` ${text.morePrefixes(others.length)}`}
      </span>
    </div>
  )
}

function Actions({ rule, onSwitch, onDelete }: Pick<RowProps, 'rule' | 'onSwitch' | 'onDelete'>) {
  const refusal = useRefusal('mnm:write')
  return (
    <span className="flex items-center justify-end gap-2">
      <Switch
        size="sm"
        aria-label={text.switchOf(rule.name)}
        checked={rule.drawbridge?.enabled !== false}
        disabled={refusal !== undefined}
        title={refusal}
        onCheckedChange={(enabled) => onSwitch(rule, enabled)}
      />
      <PermittedButton
        scope="mnm:write"
        variant="ghost"
        size="sm"
        shape="square"
        aria-label={text.removeOf(rule.name)}
        title={text.remove}
        icon={TrashIcon}
        onClick={() => onDelete(rule)}
      />
    </span>
  )
}

function Row({ rule, status, now, onSwitch, onDelete }: RowProps) {
  return (
    <Table.Row>
      <Table.Cell className="max-w-72">
        <RuleName rule={rule} />
      </Table.Cell>
      <Table.Cell>
        <RuleState rule={rule} status={status} now={now} />
      </Table.Cell>
      <Table.Cell className="w-56">
        <RuleLoad rule={rule} status={status} metric={ownMetric(rule)} />
      </Table.Cell>
      <Table.Cell className="whitespace-nowrap">{ruleMessages.kinds[rule.type]}</Table.Cell>
      <Table.Cell className="text-kumo-subtle">{limitText(rule)}</Table.Cell>
      <Table.Cell className="w-28">
        <Actions rule={rule} onSwitch={onSwitch} onDelete={onDelete} />
      </Table.Cell>
    </Table.Row>
  )
}

function Item({ rule, status, now, onSwitch, onDelete }: RowProps) {
  return (
    <li className="flex flex-col gap-2.5 border-t border-kumo-hairline p-4 first:border-t-0">
      <div className="flex items-start gap-2">
        <div className="min-w-0 grow">
          <RuleName rule={rule} />
        </div>
        <Actions rule={rule} onSwitch={onSwitch} onDelete={onDelete} />
      </div>
      <RuleState rule={rule} status={status} now={now} />
      <RuleLoad rule={rule} status={status} metric={ownMetric(rule)} />
      <p className="text-sm text-kumo-subtle">
        {ruleMessages.kinds[rule.type]}: {limitText(rule)}
      </p>
    </li>
  )
}

interface HeadProps {
  readonly name: string
  readonly by: RuleSort
  readonly sort: RuleSort
  readonly onSort: (sort: RuleSort) => void
}

function SortHead({ name, by, sort, onSort }: HeadProps) {
  const active = by === sort
  return (
    <Table.Head aria-sort={active ? 'descending' : 'none'}>
      <button
        type="button"
        className="inline-flex cursor-pointer items-center gap-1 rounded-sm hover:text-kumo-link focus-visible:outline-2 focus-visible:outline-kumo-brand"
        title={text.sortBy(name)}
        onClick={() => onSort(by)}
      >
        {name}
        <ArrowDownIcon size={12} aria-hidden className={active ? '' : 'invisible'} />
      </button>
    </Table.Head>
  )
}

export function RuleRows({ rules, sort, now, onSort, onSwitch, onDelete }: RuleRowsProps) {
  const shared = { now, onSwitch, onDelete }
  const head = { sort, onSort }
  return (
    <>
      <Table className="max-lg:hidden">
        <Table.Header variant="compact">
          <Table.Row>
            <SortHead name={text.name} by="name" {...head} />
            <SortHead name={text.state} by="state" {...head} />
            <SortHead name={text.now} by="load" {...head} />
            <SortHead name={text.kind} by="kind" {...head} />
            <Table.Head>{text.limit}</Table.Head>
            <Table.Head>
              <span className="sr-only">{text.actions}</span>
            </Table.Head>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {rules.map((listed) => (
            <Row key={listed.rule.id} {...listed} {...shared} />
          ))}
        </Table.Body>
      </Table>
      <ul className="lg:hidden">
        {rules.map((listed) => (
          <Item key={listed.rule.id} {...listed} {...shared} />
        ))}
      </ul>
    </>
  )
}
