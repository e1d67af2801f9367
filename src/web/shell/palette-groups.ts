// What the command palette offers for what was typed: pages and actions at once, names and addresses from the server's lists.
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ownedPrefixesQuery } from '../api/advertisement-queries.ts'
import { endedCapturesQuery, runningCapturesQuery } from '../api/capture-queries.ts'
import { openIncidentsQuery } from '../api/incident-queries.ts'
import { routersQuery } from '../api/queries.ts'
import { rulesQuery } from '../api/rule-queries.ts'
import { messages } from '../messages.ts'
import { filterName, gotText, placesText } from '../view/capture-view.ts'
import { shortHeadline } from '../view/incident-view.ts'
import { useAccount } from './account.ts'
import { useAddressItems } from './palette-address.ts'
import { usePaletteActions } from './palette-actions.ts'
import { matching, type PaletteGroup, type PaletteItem } from './palette-items.ts'
import { pageNames, pagePaths } from './pages.ts'
import { recentPages } from './recent.ts'
import { useMay } from './use-may.ts'

/** Lists that other pages hold already are taken as they are; a palette is open for seconds. */
const once = { refetchInterval: false, staleTime: 10_000, retry: false } as const

function usePages(): readonly PaletteItem[] {
  const navigate = useNavigate()
  return pageNames.map((name) => ({
    id: name,
    name: messages.shell[name],
    run: () => void navigate({ to: pagePaths[name] }),
  }))
}

function useRecent(): readonly PaletteItem[] {
  const navigate = useNavigate()
  return recentPages().map(({ name, path }) => ({ id: path, name, run: () => void navigate({ href: path }) }))
}

/** @param wanted nothing is asked before something is typed */
function useNamed(wanted: boolean): readonly PaletteGroup[] {
  const account = useAccount()
  const navigate = useNavigate()
  const enabled = (may: boolean | undefined) => wanted && may !== false
  const reads = enabled(useMay('mnm:read'))
  const readsCaptures = enabled(useMay('captures:read'))
  const readsPrefixes = enabled(useMay('advertisements:read'))
  const routers = useQuery({ ...routersQuery(account), ...once, enabled: reads })
  const rules = useQuery({ ...rulesQuery(account), ...once, enabled: reads })
  const incidents = useQuery({ ...openIncidentsQuery(account), ...once, enabled: reads })
  const running = useQuery({ ...runningCapturesQuery(account), ...once, enabled: readsCaptures })
  const ended = useQuery({ ...endedCapturesQuery(account, 1), ...once, enabled: readsCaptures })
  const prefixes = useQuery({ ...ownedPrefixesQuery(account), ...once, enabled: readsPrefixes })
  const captures = [...(running.data?.items ?? []), ...(ended.data?.items ?? [])]
  return [
    {
      name: 'incidents',
      items: (incidents.data?.items ?? []).map((incident) => ({
        id: incident.id,
        name: shortHeadline(incident),
        detail: incident.rule_name,
        run: () => void navigate({ to: '/incidents/$id', params: { id: incident.id } }),
      })),
    },
    {
      name: 'routers',
      items: (routers.data ?? []).map(({ address, name }) => ({
        id: address,
        name: name === '' ? address : name,
        detail: name === '' ? undefined : address,
        run: () => void navigate({ to: '/routers/$address', params: { address } }),
      })),
    },
    {
      name: 'rules',
      items: (rules.data ?? []).map(({ id, name, prefixes: covered }) => ({
        id,
        name,
        detail: covered.slice(0, 3).join(' '),
        run: () => void navigate({ to: '/rules/$id', params: { id } }),
      })),
    },
    {
      name: 'captures',
      items: captures.map((capture) => ({
        id: capture.id,
        name: filterName(capture),
        detail: `${placesText(capture)}, ${gotText(capture)}`,
        run: () => void navigate({ to: '/captures/$id', params: { id: capture.id } }),
      })),
    },
    {
      name: 'prefixes',
      items: (prefixes.data ?? []).map(({ cidr, description }) => ({
        id: cidr,
        name: cidr,
        detail: description === '' ? undefined : description,
        run: () => void navigate({ to: '/advertisements/history', search: { prefix: cidr } }),
      })),
    },
  ]
}

/** Groups with something in them; without a word typed what was seen lately, the pages and the actions. */
export function usePaletteGroups(typed: string): readonly PaletteGroup[] {
  const pages = usePages()
  const recent = useRecent()
  const actions = usePaletteActions()
  const address = useAddressItems(typed)
  const named = useNamed(typed !== '')
  const still: readonly PaletteGroup[] = [
    { name: 'pages', items: pages },
    { name: 'actions', items: actions },
  ]
  const groups: readonly PaletteGroup[] =
    typed === ''
      ? [{ name: 'recent', items: recent }, ...still]
      : [
          { name: 'address', items: address },
          ...[...still, ...named].map(({ name, items }): PaletteGroup => ({ name, items: matching(items, typed) })),
        ]
  return groups.filter(({ items }) => items.length > 0)
}
