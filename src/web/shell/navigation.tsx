// The links to the pages, in groups: beside the page on wide screens, in the drawer on narrow ones.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Tooltip } from '@cloudflare/kumo/components/tooltip'
import type { Icon } from '@phosphor-icons/react'
import { BellIcon } from '@phosphor-icons/react/dist/csr/Bell'
import { BroadcastIcon } from '@phosphor-icons/react/dist/csr/Broadcast'
import { ChartLineIcon } from '@phosphor-icons/react/dist/csr/ChartLine'
import { CpuIcon } from '@phosphor-icons/react/dist/csr/Cpu'
import { FingerprintIcon } from '@phosphor-icons/react/dist/csr/Fingerprint'
import { GearSixIcon } from '@phosphor-icons/react/dist/csr/GearSix'
import { HardDrivesIcon } from '@phosphor-icons/react/dist/csr/HardDrives'
import { ListChecksIcon } from '@phosphor-icons/react/dist/csr/ListChecks'
import { NotebookIcon } from '@phosphor-icons/react/dist/csr/Notebook'
import { PlugsConnectedIcon } from '@phosphor-icons/react/dist/csr/PlugsConnected'
import { SirenIcon } from '@phosphor-icons/react/dist/csr/Siren'
import { SquaresFourIcon } from '@phosphor-icons/react/dist/csr/SquaresFour'
import { WallIcon } from '@phosphor-icons/react/dist/csr/Wall'
import { WaveformIcon } from '@phosphor-icons/react/dist/csr/Waveform'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { openIncidentsQuery } from '../api/incident-queries.ts'
import { messages } from '../messages.ts'
import { useAccount } from './account.ts'
import { pageGroups, type PageName, pagePaths } from './pages.ts'

const text = messages.shell

const icons: Readonly<Record<PageName, Icon>> = {
  overview: SquaresFourIcon,
  explore: ChartLineIcon,
  routers: HardDrivesIcon,
  rules: ListChecksIcon,
  incidents: SirenIcon,
  alerts: BellIcon,
  advertising: BroadcastIcon,
  captures: WaveformIcon,
  signatures: FingerprintIcon,
  firewall: WallIcon,
  agents: CpuIcon,
  ledger: NotebookIcon,
  setUp: PlugsConnectedIcon,
  settings: GearSixIcon,
}

const link =
  'group flex h-8 items-center gap-2.5 rounded-md px-2.5 text-base text-kumo-subtle hover:bg-kumo-tint hover:text-kumo-default focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-kumo-brand pointer-coarse:h-10'
const activeLink = { className: 'bg-kumo-tint font-medium !text-kumo-default' }

/** How many incidents are open. Without an answer nothing is said. */
export function useOpenIncidents(): number {
  return useQuery(openIncidentsQuery(useAccount())).data?.total ?? 0
}

/** @param narrow as a dot at the icon: there is no room for a number */
function OpenCount({ narrow }: { readonly narrow: boolean }) {
  const open = useOpenIncidents()
  if (open === 0) return null
  const told = <span className="sr-only">{text.openIncidents(open)}</span>
  if (narrow) {
    return <span className="absolute top-1 right-1 size-2 rounded-full bg-kumo-danger ring-2 ring-kumo-base">{told}</span>
  }
  return (
    <Badge variant="error" className="ml-auto">
      <span aria-hidden>{open}</span>
      {told}
    </Badge>
  )
}

interface EntryProps {
  readonly name: PageName
  readonly narrow: boolean
}

function Entry({ name, narrow }: EntryProps) {
  const Symbol = icons[name]
  const anchor = (
    <Link
      to={pagePaths[name]}
      className={narrow ? `${link} relative justify-center px-0` : link}
      activeProps={activeLink}
      activeOptions={{ exact: name === 'overview', includeSearch: false }}
    >
      <Symbol size={18} aria-hidden className="shrink-0 group-aria-[current=page]:text-kumo-link" />
      <span className={narrow ? 'sr-only' : 'truncate'}>{text[name]}</span>
      {name === 'incidents' && <OpenCount narrow={narrow} />}
    </Link>
  )
  return narrow ? <Tooltip content={text[name]} side="right" render={anchor} /> : anchor
}

/** @param narrow icons only, their names as tooltips */
export function Navigation({ narrow = false }: { readonly narrow?: boolean }) {
  return (
    <nav aria-label={text.navigation} className="flex flex-col gap-4">
      {pageGroups.map(({ name, pages }) => (
        <div key={name} className="flex flex-col gap-0.5">
          <p className={narrow ? 'sr-only' : 'px-2.5 pb-1 text-xs font-medium text-kumo-subtle'}>{text.groups[name]}</p>
          <ul className="flex flex-col gap-0.5">
            {pages.map((page) => (
              <li key={page}>
                <Entry name={page} narrow={narrow} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}
