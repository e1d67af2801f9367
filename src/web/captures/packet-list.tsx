// A page of packets as a list to choose from, also by the arrow keys, which go on to the next page.
import { useEffect, useId, useRef, type KeyboardEvent } from 'react'
import type { Capture, PacketSummary } from '../../contract/capture.ts'
import { captureMessages } from '../messages/captures.ts'
import { packetTime } from '../view/capture-view.ts'
import { formatCount } from '../view/units.ts'

const text = captureMessages.packetList
// Rows that Page Up and Page Down skip.
const leap = 12

const columns =
  'grid grid-cols-[3.5rem_minmax(0,1fr)_auto] gap-x-3 px-4 lg:grid-cols-[4rem_8.5rem_minmax(4rem,8rem)_minmax(0,11rem)_minmax(0,11rem)_4.5rem_4rem_minmax(0,1fr)]'

interface PacketProps {
  readonly packet: PacketSummary
  readonly agent: string
  readonly chosen: boolean
  readonly id: string
  readonly onChoose: (number: number) => void
}

function Packet({ packet, agent, chosen, id, onChoose }: PacketProps) {
  const { number, time, source, destination, protocol, length, info } = packet
  return (
    // The list has the focus and takes the keys.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      // An <option> can hold nothing but text.
      // eslint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      onClick={() => onChoose(number)}
      className={`${columns} cursor-pointer scroll-my-8 items-baseline border-t border-kumo-hairline py-1 text-sm first:border-t-0 ${chosen ? 'bg-kumo-info-tint shadow-[inset_3px_0_0_var(--color-kumo-brand)]' : 'hover:bg-kumo-recessed'}`}
    >
      <span className="text-kumo-subtle tabular-nums">{formatCount(number + 1)}</span>
      <span className="font-mono text-kumo-default tabular-nums">{packetTime(time)}</span>
      <span className="hidden truncate text-kumo-subtle lg:block">{agent}</span>
      <span className="col-span-2 col-start-2 row-start-2 truncate font-mono text-kumo-default lg:col-span-1 lg:col-start-auto lg:row-start-auto">
        {source}
        <span className="text-kumo-subtle lg:hidden"> → {destination}</span>
      </span>
      <span className="hidden truncate font-mono text-kumo-default lg:block">{destination}</span>
      <span className="col-start-3 row-start-1 text-kumo-default lg:col-start-auto lg:row-start-auto">{protocol}</span>
      <span className="hidden text-right text-kumo-default tabular-nums lg:block">{formatCount(length)}</span>
      <span className="col-span-2 col-start-2 truncate text-kumo-subtle lg:col-span-1 lg:col-start-auto">{info}</span>
    </div>
  )
}

function Head() {
  return (
    <div aria-hidden className={`${columns} sticky top-0 z-1 hidden bg-kumo-recessed py-1.5 text-sm text-kumo-subtle lg:grid`}>
      <span>{text.number}</span>
      <span>{text.time}</span>
      <span>{text.agent}</span>
      <span>{text.source}</span>
      <span>{text.destination}</span>
      <span>{text.protocol}</span>
      <span className="text-right">{text.length}</span>
      <span>{text.info}</span>
    </div>
  )
}

/** How far a key goes from the chosen packet. */
const steps: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1, PageUp: -leap, PageDown: leap }

interface PacketListProps {
  readonly packets: readonly PacketSummary[]
  readonly agents: Capture['agents']
  readonly total: number
  readonly chosen: number | undefined
  readonly onChoose: (number: number) => void
}

export function PacketList({ packets, agents, total, chosen, onChoose }: PacketListProps) {
  const prefix = useId()
  const list = useRef<HTMLDivElement>(null)
  const names = Object.fromEntries(agents.map(({ agent, name }) => [agent, name]))
  const idOf = (number: number) => `${prefix}-${number}`
  const shown = packets.some(({ number }) => number === chosen)
  useEffect(() => {
    // Only the list scrolls, not the page around it.
    const [scroller, row] = [list.current, chosen === undefined ? null : document.getElementById(`${prefix}-${chosen}`)]
    if (scroller === null || row === null || !shown) return
    const [box, place] = [scroller.getBoundingClientRect(), row.getBoundingClientRect()]
    if (place.top < box.top + 32) scroller.scrollTop -= box.top + 32 - place.top
    else if (place.bottom > box.bottom) scroller.scrollTop += place.bottom - box.bottom
  }, [chosen, prefix, shown])
  const onKey = (event: KeyboardEvent) => {
    const step = steps[event.key]
    const first = packets[0]?.number ?? 0
    const edge = event.key === 'Home' ? 0 : event.key === 'End' ? total - 1 : undefined
    if (step === undefined && edge === undefined) return
    event.preventDefault()
    const next = edge ?? (chosen === undefined ? first : chosen + (step ?? 0))
    onChoose(Math.min(total - 1, Math.max(0, next)))
  }
  return (
    <div ref={list} className="max-h-[26rem] overflow-y-auto">
      <Head />
      <div
        // A <select> cannot show columns.
        // eslint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="listbox"
        tabIndex={0}
        aria-label={text.label}
        aria-activedescendant={shown && chosen !== undefined ? idOf(chosen) : undefined}
        onKeyDown={onKey}
        className="outline-none focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-kumo-brand"
      >
        {packets.map((packet) => (
          <Packet
            key={packet.number}
            id={idOf(packet.number)}
            packet={packet}
            agent={names[packet.agent] ?? packet.agent}
            chosen={packet.number === chosen}
            onChoose={onChoose}
          />
        ))}
      </div>
    </div>
  )
}
