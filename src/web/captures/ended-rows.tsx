// Captures that are over, as a table on wide screens, as a list on narrow ones.
import { DropdownMenu } from '@cloudflare/kumo/components/dropdown'
import { Table } from '@cloudflare/kumo/components/table'
import { ArrowClockwiseIcon } from '@phosphor-icons/react/dist/csr/ArrowClockwise'
import { DownloadSimpleIcon } from '@phosphor-icons/react/dist/csr/DownloadSimple'
import { TrashIcon } from '@phosphor-icons/react/dist/csr/Trash'
import { useNavigate } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import type { Capture } from '../../contract/capture.ts'
import { downloadPath } from '../api/capture-queries.ts'
import { captureMessages } from '../messages/captures.ts'
import { serverText } from '../messages/server-text.ts'
import { useAccount } from '../shell/account.ts'
import { ActionsMenu } from '../shell/actions-menu.tsx'
import { filterName, packetsText, placesText } from '../view/capture-view.ts'
import { formatBytes, formatDayTime } from '../view/units.ts'
import { CaptureCause, CaptureName, CaptureState, CaptureType } from './capture-state.tsx'
import { lazyPart } from '../shell/lazy-part.ts'
import { Permitted } from '../shell/permitted.tsx'

const RemoveCaptureDialog = lazyPart(() => import('./capture-dialogs.tsx'), 'RemoveCaptureDialog')

const text = captureMessages.list

interface RowProps {
  readonly capture: Capture
  readonly onRemove: (capture: Capture) => void
}

function CaptureMenu({ capture, onRemove }: RowProps) {
  const account = useAccount()
  const navigate = useNavigate()
  return (
    <ActionsMenu label={text.actions(filterName(capture))} scopes={['captures:packets', 'captures:write']}>
      {capture.downloadable && (
        <Permitted scope="captures:packets">
          <DropdownMenu.Item icon={DownloadSimpleIcon} onClick={() => location.assign(downloadPath(account, capture.id, 'pcap'))}>
            {text.download}
          </DropdownMenu.Item>
        </Permitted>
      )}
      <Permitted scope="captures:write">
        <DropdownMenu.Item icon={ArrowClockwiseIcon} onClick={() => void navigate({ to: '/captures/new', search: { again: capture.id } })}>
          {text.again}
        </DropdownMenu.Item>
        <DropdownMenu.Separator />
        <DropdownMenu.Item icon={TrashIcon} variant="danger" onClick={() => onRemove(capture)}>
          {text.remove}
        </DropdownMenu.Item>
      </Permitted>
    </ActionsMenu>
  )
}

/** What it has, and where that is now. */
function Got({ capture }: Pick<RowProps, 'capture'>) {
  const { packets, bytes, downloadable, destination_conf } = capture
  const gone = destination_conf === null ? packets > 0 && !downloadable : false
  const where = destination_conf === null ? (gone ? text.expired : '') : text.inBucket
  return (
    <span className="flex flex-col">
      <span className="whitespace-nowrap text-kumo-default tabular-nums">{packetsText(packets)}</span>
      <span className="text-sm text-kumo-subtle tabular-nums">{where === '' ? formatBytes(bytes) : `${formatBytes(bytes)}, ${where}`}</span>
    </span>
  )
}

function State({ capture }: Pick<RowProps, 'capture'>) {
  return (
    <span className="flex flex-col gap-0.5">
      <CaptureState capture={capture} />
      {capture.error_message !== null && (
        <span className="line-clamp-2 text-sm break-words text-kumo-subtle">{serverText(capture.error_message)}</span>
      )}
    </span>
  )
}

function Row({ capture, onRemove }: RowProps) {
  return (
    <Table.Row>
      <Table.Cell className="max-w-md align-top">
        <CaptureName capture={capture} />
      </Table.Cell>
      <Table.Cell className="max-w-64 align-top">
        <State capture={capture} />
      </Table.Cell>
      <Table.Cell className="align-top">
        <span className="flex flex-col items-start gap-1">
          <CaptureType capture={capture} />
          <span className="text-sm text-kumo-subtle">{placesText(capture)}</span>
        </span>
      </Table.Cell>
      <Table.Cell className="align-top">
        <Got capture={capture} />
      </Table.Cell>
      <Table.Cell className="align-top whitespace-nowrap tabular-nums">{formatDayTime(Date.parse(capture.submitted))}</Table.Cell>
      <Table.Cell className="max-w-48 align-top">
        <CaptureCause cause={capture.cause} />
      </Table.Cell>
      <Table.Cell className="w-12 align-top">
        <CaptureMenu capture={capture} onRemove={onRemove} />
      </Table.Cell>
    </Table.Row>
  )
}

function Item({ capture, onRemove }: RowProps) {
  return (
    <li className="flex items-start gap-2 border-t border-kumo-hairline p-4 text-base first:border-t-0">
      <div className="flex min-w-0 grow flex-col gap-1.5">
        <CaptureName capture={capture} />
        <span className="flex flex-wrap items-start gap-x-3 gap-y-1">
          <State capture={capture} />
          <CaptureType capture={capture} />
        </span>
        <Got capture={capture} />
        <span className="text-sm text-kumo-subtle tabular-nums">
          {formatDayTime(Date.parse(capture.submitted))} · {placesText(capture)} · <CaptureCause cause={capture.cause} />
        </span>
      </div>
      <CaptureMenu capture={capture} onRemove={onRemove} />
    </li>
  )
}

export function EndedRows({ captures }: { readonly captures: readonly Capture[] }) {
  const [removing, setRemoving] = useState<Capture>()
  return (
    <>
      <Table className="max-lg:hidden">
        <Table.Header variant="compact">
          <Table.Row>
            <Table.Head>{text.filter}</Table.Head>
            <Table.Head>{text.state}</Table.Head>
            <Table.Head>{text.where}</Table.Head>
            <Table.Head>{text.got}</Table.Head>
            <Table.Head>{text.asked}</Table.Head>
            <Table.Head>{text.who}</Table.Head>
            <Table.Head>
              <span className="sr-only">{text.actionsColumn}</span>
            </Table.Head>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {captures.map((capture) => (
            <Row key={capture.id} capture={capture} onRemove={setRemoving} />
          ))}
        </Table.Body>
      </Table>
      <ul className="lg:hidden">
        {captures.map((capture) => (
          <Item key={capture.id} capture={capture} onRemove={setRemoving} />
        ))}
      </ul>
      <Suspense fallback={null}>
        {removing !== undefined && <RemoveCaptureDialog capture={removing} onClose={() => setRemoving(undefined)} />}
      </Suspense>
    </>
  )
}
