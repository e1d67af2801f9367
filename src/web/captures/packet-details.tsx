// A packet: its headers field by field, and its bytes, in which those of the chosen field are marked.
import { Button } from '@cloudflare/kumo/components/button'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PacketDetail, PacketLayer } from '../../contract/capture.ts'
import { packetQuery } from '../api/capture-queries.ts'
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import { WithAnswer } from '../shell/card-state.tsx'
import { useWide } from '../shell/use-wide.ts'
import { packetTime } from '../view/capture-view.ts'
import { byteRows, type ByteRange, type ByteRow } from '../view/packet-bytes.ts'
import { formatCount } from '../view/units.ts'

const text = captureMessages.packetList
// Enough for every header; more rows are made when somebody asks for them.
const firstBytes = 1024
const fieldButton =
  'grid w-full cursor-pointer grid-cols-[minmax(0,2fr)_minmax(0,3fr)] gap-x-3 rounded-sm px-2 py-0.5 text-left text-sm focus-visible:outline-2 focus-visible:outline-kumo-brand'

interface Mark extends ByteRange {
  /** Of all headers and fields of the packet. */
  readonly key: string
}

interface MarkProps {
  readonly mark: Mark | undefined
  readonly onMark: (mark: Mark | undefined) => void
}

function Field({ field, id, mark, onMark }: MarkProps & { readonly field: PacketLayer['fields'][number]; readonly id: string }) {
  const chosen = mark?.key === id
  const { name, value, offset, length } = field
  return (
    <li>
      <button
        type="button"
        aria-pressed={chosen}
        className={`${fieldButton} ${chosen ? 'bg-kumo-info-tint' : 'hover:bg-kumo-recessed'}`}
        onClick={() => onMark(chosen ? undefined : { key: id, offset, length })}
      >
        <span className="break-words text-kumo-subtle">{name}</span>
        <span className="font-mono break-words text-kumo-default">{value}</span>
      </button>
    </li>
  )
}

function Layer({ layer, index, mark, onMark }: MarkProps & { readonly layer: PacketLayer; readonly index: number }) {
  const id = String(index)
  const chosen = mark?.key === id
  return (
    <li className="flex flex-col gap-0.5">
      <h4>
        <button
          type="button"
          aria-pressed={chosen}
          className={`w-full cursor-pointer rounded-sm px-2 py-0.5 text-left text-sm font-medium text-kumo-default focus-visible:outline-2 focus-visible:outline-kumo-brand ${chosen ? 'bg-kumo-info-tint' : 'hover:bg-kumo-recessed'}`}
          onClick={() => onMark(chosen ? undefined : { key: id, offset: layer.offset, length: layer.length })}
        >
          {layer.name}
        </button>
      </h4>
      <ul className="ml-2 border-l border-kumo-hairline pl-1">
        {layer.fields.map((field, at) => (
          // Names can come twice, as options do; the order does not change.
          // eslint-disable-next-line react/no-array-index-key
          <Field key={at} id={`${id}.${at}`} field={field} mark={mark} onMark={onMark} />
        ))}
      </ul>
    </li>
  )
}

function Row({ row }: { readonly row: ByteRow }) {
  return (
    <div className="flex gap-[2ch] whitespace-pre">
      <span className="text-kumo-subtle">{row.offset.toString(16).padStart(4, '0')}</span>
      <span>
        {row.runs.map(({ marked, hex }, at) => (
          // A row has at most three runs in their order.
          // eslint-disable-next-line react/no-array-index-key
          <span key={at}>
            {at > 0 && ' '}
            <Marked marked={marked}>{hex}</Marked>
          </span>
        ))}
        {'   '.repeat(row.missing)}
      </span>
      <span>
        {row.runs.map(({ marked, ascii }, at) => (
          // As above.
          // eslint-disable-next-line react/no-array-index-key
          <Marked key={at} marked={marked}>
            {ascii}
          </Marked>
        ))}
      </span>
    </div>
  )
}

function Marked({ marked, children }: { readonly marked: boolean; readonly children: string }) {
  return marked ? <mark className="rounded-xs bg-kumo-brand text-white">{children}</mark> : children
}

function Bytes({ detail, mark }: { readonly detail: PacketDetail; readonly mark: Mark | undefined }) {
  const [whole, setWhole] = useState(false)
  const wide = useWide(640)
  const { hex, summary } = detail
  const bytes = hex.length / 2
  const rows = byteRows(whole ? hex : hex.slice(0, firstBytes * 2), wide ? 16 : 8, mark)
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <h3 className="text-sm font-medium text-kumo-default">
        {text.bytes}{' '}
        <span className="font-normal text-kumo-subtle tabular-nums">{text.bytesOf(formatCount(bytes), formatCount(summary.length))}</span>
      </h3>
      {/* Can be scrolled, so it must be reached by keyboard. */}
      <section
        aria-label={text.bytes}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className="max-h-[32rem] overflow-auto rounded-lg bg-kumo-recessed p-3 font-mono text-xs text-kumo-default focus-visible:outline-2 focus-visible:outline-kumo-brand"
      >
        {rows.map((row) => (
          <Row key={row.offset} row={row} />
        ))}
      </section>
      {!whole && bytes > firstBytes && (
        <Button size="sm" variant="ghost" className="self-start" onClick={() => setWhole(true)}>
          {text.showAll(formatCount(bytes))}
        </Button>
      )}
    </div>
  )
}

function Details({ detail }: { readonly detail: PacketDetail }) {
  const [mark, setMark] = useState<Mark>()
  const { number, time, info } = detail.summary
  return (
    <div className="flex flex-col gap-3 border-t border-kumo-hairline p-4">
      <p className="text-base break-words text-kumo-default">
        <span className="font-medium">{text.packet(formatCount(number + 1))}</span>{' '}
        <span className="text-kumo-subtle tabular-nums">{packetTime(time)}</span> {info}
      </p>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[minmax(0,1fr)_auto]">
        <div className="flex min-w-0 flex-col gap-2">
          <h3 className="text-sm font-medium text-kumo-default">{text.headers}</h3>
          {detail.layers.length === 0 && <p className="text-sm text-kumo-subtle">{text.noHeaders}</p>}
          <ul className="flex flex-col gap-2">
            {detail.layers.map((layer, index) => (
              // The order of headers does not change, and a name can come twice in a tunnel.
              // eslint-disable-next-line react/no-array-index-key
              <Layer key={index} layer={layer} index={index} mark={mark} onMark={setMark} />
            ))}
          </ul>
        </div>
        <Bytes detail={detail} mark={mark} />
      </div>
    </div>
  )
}

export function PacketDetails({ capture, number }: { readonly capture: string; readonly number: number }) {
  const query = useQuery(packetQuery(useAccount(), capture, number))
  return <WithAnswer query={query}>{(detail) => <Details detail={detail} />}</WithAnswer>
}
