// Announcements that are not withdrawn, as a table on wide screens, as a list on narrow ones.
import { Table } from '@cloudflare/kumo/components/table'
import type { Advertisement } from '../../contract/advertisement.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { serverText } from '../messages/server-text.ts'
import { PermittedButton } from '../shell/permitted.tsx'
import { activeCauses, canWithdraw, endText } from '../view/advertisement-view.ts'
import { AdvertisementState } from './advertisement-state.tsx'
import { CauseList } from './cause-list.tsx'
import { RouteName } from './route-name.tsx'
import type { AdvertisingTask } from './task-dialogs.tsx'

const text = advertisingMessages.now

interface RowProps {
  readonly advertisement: Advertisement
  readonly now: number
  readonly onTask: (task: AdvertisingTask) => void
}

/** What can be done: approve or reject what waits for it, withdraw the rest. */
export function AdvertisementActions({ advertisement, onTask }: Omit<RowProps, 'now'>) {
  const { prefix } = advertisement.route
  if (advertisement.state === 'pending') {
    return (
      <span className="flex flex-wrap gap-2">
        <PermittedButton
          scope="advertisements:write"
          size="sm"
          variant="primary"
          aria-label={text.approveOf(prefix)}
          onClick={() => onTask({ kind: 'approve', advertisement })}
        >
          {text.approve}
        </PermittedButton>
        <PermittedButton
          scope="advertisements:write"
          size="sm"
          aria-label={text.rejectOf(prefix)}
          onClick={() => onTask({ kind: 'reject', advertisement })}
        >
          {text.reject}
        </PermittedButton>
      </span>
    )
  }
  if (!canWithdraw(advertisement)) return null
  return (
    <PermittedButton
      scope="advertisements:write"
      size="sm"
      aria-label={text.withdrawOf(prefix)}
      onClick={() => onTask({ kind: 'withdraw', advertisement })}
    >
      {text.withdraw}
    </PermittedButton>
  )
}

function To({ advertisement }: Pick<RowProps, 'advertisement'>) {
  return (
    <span className="flex min-w-0 flex-col">
      <span className="text-kumo-default">{advertisingMessages.drivers[advertisement.driver]}</span>
      <span className="text-sm break-words text-kumo-subtle">{serverText(advertisement.detail)}</span>
    </span>
  )
}

/** @param labelled says what the time is of, where no column does */
export function Until({ advertisement, now, labelled = false }: Omit<RowProps, 'onTask'> & { readonly labelled?: boolean }) {
  const { main, detail } = endText(advertisement, now)
  // What is over says so itself.
  const label = labelled && advertisement.state !== 'withdrawn'
  return (
    <span className="flex flex-col">
      <span className="text-kumo-default tabular-nums">
        {label && <span className="text-kumo-subtle">{advertisingMessages.until.label} </span>}
        {main}
      </span>
      {detail !== '' && <span className="text-sm text-kumo-subtle tabular-nums">{detail}</span>}
    </span>
  )
}

function Row({ advertisement, now, onTask }: RowProps) {
  return (
    <Table.Row>
      <Table.Cell className="max-w-64 align-top">
        <RouteName advertisement={advertisement} />
      </Table.Cell>
      <Table.Cell className="align-top">
        <AdvertisementState advertisement={advertisement} now={now} />
      </Table.Cell>
      <Table.Cell className="max-w-64 align-top">
        <To advertisement={advertisement} />
      </Table.Cell>
      <Table.Cell className="max-w-72 align-top">
        <CauseList causes={activeCauses(advertisement)} />
      </Table.Cell>
      <Table.Cell className="align-top">
        <Until advertisement={advertisement} now={now} />
      </Table.Cell>
      <Table.Cell className="w-28 align-top">
        <AdvertisementActions advertisement={advertisement} onTask={onTask} />
      </Table.Cell>
    </Table.Row>
  )
}

function Item({ advertisement, now, onTask }: RowProps) {
  return (
    <li className="flex flex-col gap-2.5 border-t border-kumo-hairline p-4 text-base first:border-t-0">
      <span className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <RouteName advertisement={advertisement} />
        <AdvertisementActions advertisement={advertisement} onTask={onTask} />
      </span>
      <AdvertisementState advertisement={advertisement} now={now} />
      <To advertisement={advertisement} />
      <CauseList causes={activeCauses(advertisement)} />
      <Until advertisement={advertisement} now={now} labelled />
    </li>
  )
}

export interface AdvertisementRowsProps {
  readonly advertisements: readonly Advertisement[]
  readonly now: number
  readonly onTask: (task: AdvertisingTask) => void
}

export function AdvertisementRows({ advertisements, now, onTask }: AdvertisementRowsProps) {
  return (
    <>
      <Table className="max-lg:hidden">
        <Table.Header variant="compact">
          <Table.Row>
            <Table.Head>{text.prefix}</Table.Head>
            <Table.Head>{text.state}</Table.Head>
            <Table.Head>{text.to}</Table.Head>
            <Table.Head>{text.why}</Table.Head>
            <Table.Head>{advertisingMessages.until.label}</Table.Head>
            <Table.Head>
              <span className="sr-only">{text.actions}</span>
            </Table.Head>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {advertisements.map((advertisement) => (
            <Row key={advertisement.id} advertisement={advertisement} now={now} onTask={onTask} />
          ))}
        </Table.Body>
      </Table>
      <ul className="lg:hidden">
        {advertisements.map((advertisement) => (
          <Item key={advertisement.id} advertisement={advertisement} now={now} onTask={onTask} />
        ))}
      </ul>
    </>
  )
}
