// The registered prefixes: origin, to whom they go, how far they may be used and by whom, as a table or as a list.
import { Badge } from '@cloudflare/kumo/components/badge'
import { DropdownMenu } from '@cloudflare/kumo/components/dropdown'
import { Table } from '@cloudflare/kumo/components/table'
import { BroadcastIcon } from '@phosphor-icons/react/dist/csr/Broadcast'
import { LockSimpleIcon } from '@phosphor-icons/react/dist/csr/LockSimple'
import { LockSimpleOpenIcon } from '@phosphor-icons/react/dist/csr/LockSimpleOpen'
import { PencilSimpleIcon } from '@phosphor-icons/react/dist/csr/PencilSimple'
import { TrashIcon } from '@phosphor-icons/react/dist/csr/Trash'
import type { OwnedPrefix } from '../../contract/owned-prefix.ts'
import { messages } from '../messages.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { ActionsMenu } from '../shell/actions-menu.tsx'
import { Permitted } from '../shell/permitted.tsx'
import { allowedInside } from '../view/owned-cover.ts'

const text = advertisingMessages.prefixes

export type PrefixTask = 'announce' | 'edit' | 'lock' | 'unlock' | 'remove'

interface RowProps {
  readonly owned: OwnedPrefix
  readonly onTask: (task: PrefixTask, owned: OwnedPrefix) => void
}

function PrefixName({ owned }: Pick<RowProps, 'owned'>) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5">
      <span className="flex flex-wrap items-center gap-2">
        <span className="font-mono text-sm font-medium break-all text-kumo-default">{owned.cidr}</span>
        {owned.locked && <Badge variant="error">{text.lockedBadge}</Badge>}
      </span>
      {owned.description !== '' && <span className="text-sm break-words text-kumo-subtle">{owned.description}</span>}
      {owned.locked && <span className="text-sm break-words text-kumo-danger">{owned.lock_reason}</span>}
    </div>
  )
}

function PrefixMenu({ owned, onTask }: RowProps) {
  const item = (task: PrefixTask) => () => onTask(task, owned)
  return (
    <ActionsMenu label={text.actions(owned.cidr)} scopes={['advertisements:write', 'prefixes:write']}>
      {!owned.locked && (
        <Permitted scope="advertisements:write">
          <DropdownMenu.Item icon={BroadcastIcon} onClick={item('announce')}>
            {text.announce}
          </DropdownMenu.Item>
        </Permitted>
      )}
      <Permitted scope="prefixes:write">
        <DropdownMenu.Item icon={PencilSimpleIcon} onClick={item('edit')}>
          {text.edit}
        </DropdownMenu.Item>
        <DropdownMenu.Item icon={owned.locked ? LockSimpleOpenIcon : LockSimpleIcon} onClick={item(owned.locked ? 'unlock' : 'lock')}>
          {owned.locked ? text.unlock : text.lock}
        </DropdownMenu.Item>
        <DropdownMenu.Separator />
        <DropdownMenu.Item icon={TrashIcon} variant="danger" onClick={item('remove')}>
          {text.remove}
        </DropdownMenu.Item>
      </Permitted>
    </ActionsMenu>
  )
}

const driverText = ({ drivers }: OwnedPrefix) => messages.list(drivers.map((driver) => advertisingMessages.drivers[driver]))
const byText = ({ automatic, approval }: OwnedPrefix) => (automatic ? (approval ? text.approval : text.rules) : text.people)
const originText = ({ origin_as }: OwnedPrefix) => advertisingMessages.driver.as(origin_as)

function Row({ owned, onTask }: RowProps) {
  return (
    <Table.Row>
      <Table.Cell className="max-w-72">
        <PrefixName owned={owned} />
      </Table.Cell>
      <Table.Cell className="whitespace-nowrap tabular-nums">{originText(owned)}</Table.Cell>
      <Table.Cell>{driverText(owned)}</Table.Cell>
      <Table.Cell>{messages.list(allowedInside(owned))}</Table.Cell>
      <Table.Cell>{byText(owned)}</Table.Cell>
      <Table.Cell className="w-12">
        <PrefixMenu owned={owned} onTask={onTask} />
      </Table.Cell>
    </Table.Row>
  )
}

function Item({ owned, onTask }: RowProps) {
  return (
    <li className="flex items-start gap-2 border-t border-kumo-hairline p-4 text-base first:border-t-0">
      <div className="flex min-w-0 grow flex-col gap-1">
        <PrefixName owned={owned} />
        <span className="text-sm text-kumo-subtle">
          {originText(owned)} · {driverText(owned)}
        </span>
        <span className="text-sm text-kumo-subtle">
          {messages.list(allowedInside(owned))} · {text.by}: {byText(owned)}
        </span>
      </div>
      <PrefixMenu owned={owned} onTask={onTask} />
    </li>
  )
}

export function PrefixRows({ prefixes, onTask }: { readonly prefixes: readonly OwnedPrefix[] } & Pick<RowProps, 'onTask'>) {
  return (
    <>
      <Table className="max-lg:hidden">
        <Table.Header variant="compact">
          <Table.Row>
            <Table.Head>{text.prefix}</Table.Head>
            <Table.Head>{text.origin}</Table.Head>
            <Table.Head>{text.to}</Table.Head>
            <Table.Head>{text.allowed}</Table.Head>
            <Table.Head>{text.by}</Table.Head>
            <Table.Head>
              <span className="sr-only">{text.actionsColumn}</span>
            </Table.Head>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {prefixes.map((owned) => (
            <Row key={owned.id} owned={owned} onTask={onTask} />
          ))}
        </Table.Body>
      </Table>
      <ul className="lg:hidden">
        {prefixes.map((owned) => (
          <Item key={owned.id} owned={owned} onTask={onTask} />
        ))}
      </ul>
    </>
  )
}
