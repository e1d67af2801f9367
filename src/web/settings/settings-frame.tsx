// What all settings pages begin with: the title, and the list of sections beside or above the one that is open.
import { BuildingsIcon } from '@phosphor-icons/react/dist/csr/Buildings'
import { DatabaseIcon } from '@phosphor-icons/react/dist/csr/Database'
import { GlobeHemisphereWestIcon } from '@phosphor-icons/react/dist/csr/GlobeHemisphereWest'
import { KeyIcon } from '@phosphor-icons/react/dist/csr/Key'
import { ScrollIcon } from '@phosphor-icons/react/dist/csr/Scroll'
import { UserCircleIcon } from '@phosphor-icons/react/dist/csr/UserCircle'
import { UsersIcon } from '@phosphor-icons/react/dist/csr/Users'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { settingsMessages } from '../messages/settings.ts'
import { PageHeading } from '../shell/page-heading.tsx'
import { useTitle } from '../shell/use-title.ts'

const text = settingsMessages

const sections = [
  { to: '/settings', name: 'you', Icon: UserCircleIcon },
  { to: '/settings/people', name: 'people', Icon: UsersIcon },
  { to: '/settings/tokens', name: 'tokens', Icon: KeyIcon },
  { to: '/settings/accounts', name: 'accounts', Icon: BuildingsIcon },
  { to: '/settings/data', name: 'data', Icon: DatabaseIcon },
  { to: '/settings/networks', name: 'networks', Icon: GlobeHemisphereWestIcon },
  { to: '/settings/audit', name: 'audit', Icon: ScrollIcon },
] as const

type SectionName = (typeof sections)[number]['name']

const link =
  'flex shrink-0 items-center gap-2 rounded-md px-2.5 py-1.5 text-base whitespace-nowrap text-kumo-subtle hover:text-kumo-default focus-visible:outline-2 focus-visible:outline-kumo-brand'
const active = { className: 'bg-kumo-tint font-medium !text-kumo-default' }
const wholePath = { exact: true, includeSearch: false } as const

function SectionList() {
  return (
    <nav
      aria-label={text.sections}
      className="-mx-1 flex flex-wrap gap-1 lg:sticky lg:top-4 lg:mx-0 lg:flex-col lg:flex-nowrap lg:self-start"
    >
      {sections.map(({ to, name, Icon }) => (
        <Link key={to} to={to} className={link} activeProps={active} activeOptions={wholePath}>
          <Icon size={18} aria-hidden className="hidden sm:block" />
          {text[name]}
        </Link>
      ))}
    </nav>
  )
}

interface SettingsFrameProps {
  readonly section: SectionName
  readonly children: ReactNode
}

export function SettingsFrame({ section, children }: SettingsFrameProps) {
  useTitle(`${text[section]} · ${text.title}`)
  return (
    <div className="flex flex-col gap-5">
      <PageHeading title={text.title} intro={text.intro} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5 lg:grid-cols-[11rem_minmax(0,64rem)] lg:gap-8">
        <SectionList />
        <div className="flex min-w-0 flex-col gap-5 self-start">{children}</div>
      </div>
    </div>
  )
}
