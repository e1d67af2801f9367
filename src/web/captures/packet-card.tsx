// The packets of a capture: the list, and beside it headers and bytes of the one that is chosen.
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { Capture } from '../../contract/capture.ts'
import { packetsPerPage, packetsQuery } from '../api/capture-queries.ts'
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Nothing, Stale, WithAnswer } from '../shell/card-state.tsx'
import { Pager } from '../shell/pager.tsx'
import { RefusalNotice } from '../shell/permitted.tsx'
import { useMay } from '../shell/use-may.ts'
import { readCaptureSearch } from '../view/capture-search.ts'
import { isOver } from '../view/capture-view.ts'
import { PacketDetails } from './packet-details.tsx'
import { PacketList } from './packet-list.tsx'

const text = captureMessages.packetList

interface Choice {
  /** From 1. */
  readonly page: number
  readonly packet: number | undefined
  readonly turn: (page: number) => void
  /** Turns to the page that the packet is on. */
  readonly choose: (packet: number) => void
}

/** Which packet is shown stands in the address: without one, none is. */
function useChoice(): Choice {
  const search = readCaptureSearch(useSearch({ from: '/shell/captures/$id' }))
  const navigate = useNavigate({ from: '/captures/$id' })
  const packet = search.packet === undefined ? undefined : Number(search.packet)
  const page = Number(search.page ?? (packet === undefined ? 1 : Math.floor(packet / packetsPerPage) + 1))
  const go = (next: Record<string, string>) => void navigate({ search: next, replace: true, resetScroll: false })
  return {
    page,
    packet,
    turn: (to) => go(to === 1 ? {} : { page: String(to) }),
    choose: (number) => go({ packet: String(number) }),
  }
}

export function PacketCard({ capture }: { readonly capture: Capture }) {
  const choice = useChoice()
  const total = capture.packets
  const over = isOver(capture)
  const may = useMay('captures:packets')
  const query = useQuery({ ...packetsQuery(useAccount(), capture.id, choice.page), enabled: over && total > 0 && may !== false })
  if (!over || total === 0) {
    return (
      <Card title={text.title} flush>
        <Nothing>{over ? text.noneEnded : text.notYet}</Nothing>
      </Card>
    )
  }
  if (may === false) {
    return (
      <Card title={text.title}>
        <RefusalNotice scope="captures:packets" />
      </Card>
    )
  }
  return (
    <Card title={text.title} actions={<Stale query={query} />} flush>
      <WithAnswer query={query}>
        {(packets) => (
          <div className="grid grid-cols-[minmax(0,1fr)]">
            <PacketList packets={packets} agents={capture.agents} total={total} chosen={choice.packet} onChoose={choice.choose} />
            <Pager page={choice.page} perPage={packetsPerPage} total={total} onPage={choice.turn} />
            {choice.packet === undefined ? (
              <p className="border-t border-kumo-hairline p-4 text-base text-kumo-subtle">{text.choose}</p>
            ) : (
              <PacketDetails capture={capture.id} number={choice.packet} />
            )}
          </div>
        )}
      </WithAnswer>
    </Card>
  )
}
