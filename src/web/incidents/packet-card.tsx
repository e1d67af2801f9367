// Some of the packets of an incident, as routers saw them.
import type { IncidentPacket } from '../../contract/incident.ts'
import { incidentMessages } from '../messages/incidents.ts'
import { Card } from '../shell/card.tsx'
import { ShortList } from '../shell/short-list.tsx'
import { hexRows } from '../view/hex.ts'
import { formatTime } from '../view/units.ts'

const text = incidentMessages.page
const shortList = 6

function Packet({ packet }: { readonly packet: IncidentPacket }) {
  return (
    <details className="border-t border-kumo-hairline">
      <summary className="cursor-pointer px-4 py-2 text-sm focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-kumo-brand">
        <span className="font-mono break-words text-kumo-default">{packet.summary}</span>{' '}
        <span className="text-kumo-subtle tabular-nums">
          {formatTime(Date.parse(packet.at))}, {text.bytes(packet.length)}, {text.seenBy(packet.router)}
        </span>
      </summary>
      {/* Can be scrolled, so it must be reached by keyboard. */}
      <pre
        aria-label={text.hex}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className="mx-4 mb-3 overflow-x-auto rounded-lg bg-kumo-recessed p-3 font-mono text-sm text-kumo-default"
      >
        {hexRows(packet.hex)}
      </pre>
    </details>
  )
}

export function PacketCard({ packets }: { readonly packets: readonly IncidentPacket[] }) {
  if (packets.length === 0) return null
  return (
    <Card title={text.samplePackets} flush>
      <p className="px-4 py-3 text-base text-kumo-subtle">{text.samplePacketsIntro}</p>
      <ShortList items={packets} length={shortList}>
        {(shown) => shown.map((packet) => <Packet key={`${packet.at} ${packet.router} ${packet.hex}`} packet={packet} />)}
      </ShortList>
    </Card>
  )
}
