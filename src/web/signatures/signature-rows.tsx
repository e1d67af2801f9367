// Signatures as a table on wide screens, as a list on narrow ones.
import { DropdownMenu } from '@cloudflare/kumo/components/dropdown'
import { Table } from '@cloudflare/kumo/components/table'
import { PencilSimpleIcon } from '@phosphor-icons/react/dist/csr/PencilSimple'
import { TrashIcon } from '@phosphor-icons/react/dist/csr/Trash'
import { WallIcon } from '@phosphor-icons/react/dist/csr/Wall'
import { useNavigate } from '@tanstack/react-router'
import type { Signature } from '../../contract/signature.ts'
import { serverText } from '../messages/server-text.ts'
import { signatureMessages } from '../messages/signatures.ts'
import { ActionsMenu } from '../shell/actions-menu.tsx'
import { Permitted } from '../shell/permitted.tsx'
import { verdictShare } from '../view/signature-view.ts'
import { formatDayTime } from '../view/units.ts'
import type { SignatureTask } from './signature-dialogs.tsx'
import { SignatureName, SignatureProgressBar, SignatureState, SourceName } from './signature-state.tsx'
import { useSignatureTask } from './use-signature-task.tsx'

const text = signatureMessages.list

interface RowProps {
  readonly signature: Signature
  readonly onTask: (task: SignatureTask) => void
}

function Menu({ signature, onTask }: RowProps) {
  const navigate = useNavigate()
  return (
    <ActionsMenu label={text.actionsOf(signature.name)} scopes={['firewall:write', 'signatures:write']}>
      {signature.state === 'done' && signature.filter !== null && (
        <Permitted scope="firewall:write">
          <DropdownMenu.Item icon={WallIcon} onClick={() => void navigate({ to: '/firewall', search: { deploy: signature.id } })}>
            {text.deploy}
          </DropdownMenu.Item>
        </Permitted>
      )}
      <Permitted scope="signatures:write">
        <DropdownMenu.Item icon={PencilSimpleIcon} onClick={() => onTask({ kind: 'rename', signature })}>
          {text.rename}
        </DropdownMenu.Item>
        <DropdownMenu.Separator />
        <DropdownMenu.Item icon={TrashIcon} variant="danger" onClick={() => onTask({ kind: 'remove', signature })}>
          {text.remove}
        </DropdownMenu.Item>
      </Permitted>
    </ActionsMenu>
  )
}

function State({ signature }: Pick<RowProps, 'signature'>) {
  return (
    <span className="flex flex-col items-start gap-1.5">
      <SignatureState signature={signature} />
      <SignatureProgressBar signature={signature} />
      {signature.error !== null && <span className="line-clamp-2 text-sm break-words text-kumo-subtle">{serverText(signature.error)}</span>}
    </span>
  )
}

const heldText = ({ held }: Signature) => (held === null ? '' : verdictShare(held))

/** What was compared with nothing is not told as 0. */
function falseText(signature: Signature): string {
  if (signature.false !== null) return verdictShare(signature.false)
  return signature.held === null ? '' : text.unknown
}

function Row({ signature, onTask }: RowProps) {
  return (
    <Table.Row>
      <Table.Cell className="max-w-md align-top">
        <SignatureName signature={signature} />
      </Table.Cell>
      <Table.Cell className="max-w-72 align-top">
        <State signature={signature} />
      </Table.Cell>
      <Table.Cell className="text-right align-top whitespace-nowrap tabular-nums">{heldText(signature)}</Table.Cell>
      <Table.Cell className="text-right align-top whitespace-nowrap tabular-nums">{falseText(signature)}</Table.Cell>
      <Table.Cell className="max-w-48 align-top">
        <SourceName source={signature.source} />
      </Table.Cell>
      <Table.Cell className="align-top whitespace-nowrap tabular-nums">{formatDayTime(Date.parse(signature.created_at))}</Table.Cell>
      <Table.Cell className="w-12 align-top">
        <Menu signature={signature} onTask={onTask} />
      </Table.Cell>
    </Table.Row>
  )
}

function Item({ signature, onTask }: RowProps) {
  return (
    <li className="flex items-start gap-2 border-t border-kumo-hairline p-4 text-base first:border-t-0">
      <div className="flex min-w-0 grow flex-col gap-1.5">
        <SignatureName signature={signature} />
        <State signature={signature} />
        {signature.held !== null && (
          <span className="flex flex-wrap gap-x-4 text-kumo-default tabular-nums">
            <span>
              {text.held} {heldText(signature)}
            </span>
            <span>
              {text.false} {falseText(signature)}
            </span>
          </span>
        )}
        <span className="text-sm text-kumo-subtle tabular-nums">
          {formatDayTime(Date.parse(signature.created_at))} · <SourceName source={signature.source} />
        </span>
      </div>
      <Menu signature={signature} onTask={onTask} />
    </li>
  )
}

export function SignatureRows({ signatures }: { readonly signatures: readonly Signature[] }) {
  const [start, dialog] = useSignatureTask()
  return (
    <>
      <Table className="max-lg:hidden">
        <Table.Header variant="compact">
          <Table.Row>
            <Table.Head>{text.name}</Table.Head>
            <Table.Head>{text.state}</Table.Head>
            <Table.Head className="text-right">{text.held}</Table.Head>
            <Table.Head className="text-right">{text.false}</Table.Head>
            <Table.Head>{text.source}</Table.Head>
            <Table.Head>{text.when}</Table.Head>
            <Table.Head>
              <span className="sr-only">{text.actions}</span>
            </Table.Head>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {signatures.map((signature) => (
            <Row key={signature.id} signature={signature} onTask={start} />
          ))}
        </Table.Body>
      </Table>
      <ul className="lg:hidden">
        {signatures.map((signature) => (
          <Item key={signature.id} signature={signature} onTask={start} />
        ))}
      </ul>
      {dialog}
    </>
  )
}
