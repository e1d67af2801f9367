// The UDP sockets: the buffer that the kernel granted, what it dropped, and the line that grants more.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Table } from '@cloudflare/kumo/components/table'
import type { ListenerStatus } from '../../contract/collector-status.ts'
import { ledgerMessages } from '../messages/ledger.ts'
import { Card } from '../shell/card.tsx'
import { CopyCommand } from '../shell/copy-command.tsx'
import { formatBinary, formatCount } from '../view/units.ts'

const text = ledgerMessages

function isSmall(listener: ListenerStatus): boolean {
  return listener.receive_buffer < listener.receive_buffer_asked
}

function ListenerRow({ listener }: { readonly listener: ListenerStatus }) {
  const drops = listener.kernel_drops
  return (
    <Table.Row>
      <Table.Cell className="font-mono">{listener.address}</Table.Cell>
      <Table.Cell>
        <span className="flex flex-wrap items-center gap-2 tabular-nums">
          {text.bufferOf(formatBinary(listener.receive_buffer), formatBinary(listener.receive_buffer_asked))}
          {isSmall(listener) && <Badge variant="warning">{text.bufferSmall}</Badge>}
        </span>
      </Table.Cell>
      <Table.Cell className={`text-right tabular-nums ${drops !== null && drops > 0 ? 'font-medium text-kumo-danger' : ''}`}>
        {drops === null ? text.dropsUnknown : formatCount(drops)}
      </Table.Cell>
    </Table.Row>
  )
}

export function ListenerCard({ listeners }: { readonly listeners: readonly ListenerStatus[] }) {
  // Several threads may listen on one address; the list is in the server's order.
  const rows = listeners.map((listener, index) => ({ key: `${listener.address} ${index}`, listener }))
  const small = listeners.filter(isSmall)
  const asked = Math.max(0, ...small.map((listener) => listener.receive_buffer_asked))
  return (
    <Card title={text.listeners} flush>
      <p className="px-4 py-3 text-base text-kumo-subtle">{text.listenersIntro}</p>
      <div className="overflow-hidden">
        <Table>
          <Table.Header variant="compact">
            <Table.Row>
              <Table.Head>{text.listenerAddress}</Table.Head>
              <Table.Head>{text.buffer}</Table.Head>
              <Table.Head className="text-right">{text.drops}</Table.Head>
            </Table.Row>
          </Table.Header>
          <Table.Body>
            {rows.map(({ key, listener }) => (
              <ListenerRow key={key} listener={listener} />
            ))}
          </Table.Body>
        </Table>
      </div>
      {small.length > 0 && (
        <div className="flex flex-col items-start gap-2 border-t border-kumo-hairline px-4 py-3 text-base text-kumo-default">
          <p>{text.bufferFix}</p>
          <CopyCommand command={text.bufferCommand(asked)} />
        </div>
      )}
    </Card>
  )
}
