// What the command palette offers for an address or a prefix: its traffic, its packets, the incidents that hold it.
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { IncidentSummary } from '../../contract/incident.ts'
import { openIncidentsQuery } from '../api/incident-queries.ts'
import { shellMessages } from '../messages/shell.ts'
import { filterOf } from '../view/explore-filter.ts'
import { readExplore, writeExplore } from '../view/explore-search.ts'
import { shortHeadline } from '../view/incident-view.ts'
import { covers, readBlock } from '../view/owned-cover.ts'
import { useAccount } from './account.ts'
import type { PaletteItem } from './palette-items.ts'
import { useMay } from './use-may.ts'

const text = shellMessages.palette

/** Whether the incident is about what was typed: one of its targets holds it, or lies inside of it. */
function isAbout({ targets }: Pick<IncidentSummary, 'targets'>, typed: string): boolean {
  const block = readBlock(typed)
  return (
    block !== undefined &&
    targets.some((target) => {
      const attacked = readBlock(target)
      return attacked !== undefined && (covers(attacked, block) || covers(block, attacked))
    })
  )
}

/** Nothing for what is no address. */
export function useAddressItems(typed: string): readonly PaletteItem[] {
  const navigate = useNavigate()
  const block = readBlock(typed)
  const { data } = useQuery({ ...openIncidentsQuery(useAccount()), enabled: block !== undefined })
  const explores = useMay('analytics:read') !== false
  const captures = useMay('captures:write') !== false
  if (block === undefined) return []
  const single = block.length === block.bits
  const explore = (id: 'sourceAddress' | 'destinationAddress', name: string): PaletteItem => ({
    id,
    name,
    run: () => {
      const filter = filterOf([{ dimension: id, value: typed, exclude: false }])
      void navigate({ to: '/explore', search: writeExplore({ ...readExplore({}), filter }) })
    },
  })
  return [
    ...(explores
      ? [explore('destinationAddress', text.exploreDestination(typed)), explore('sourceAddress', text.exploreSource(typed))]
      : []),
    ...(captures
      ? [
          {
            id: 'capture',
            name: text.captureAddress(typed),
            run: () => void navigate({ to: '/captures/new', search: { filter: `${single ? 'host' : 'net'} ${typed}` } }),
          },
        ]
      : []),
    ...(data?.items ?? [])
      .filter((incident) => isAbout(incident, typed))
      .map((incident) => ({
        id: incident.id,
        name: text.attacked(shortHeadline(incident)),
        run: () => void navigate({ to: '/incidents/$id', params: { id: incident.id } }),
      })),
  ]
}
