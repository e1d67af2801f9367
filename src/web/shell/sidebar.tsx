// What stands beside every page on wide screens: brand, search, the links to the pages, the account. Can be as narrow as its icons.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Button } from '@cloudflare/kumo/components/button'
import { Tooltip } from '@cloudflare/kumo/components/tooltip'
import { MagnifyingGlassIcon } from '@phosphor-icons/react/dist/csr/MagnifyingGlass'
import { SidebarSimpleIcon } from '@phosphor-icons/react/dist/csr/SidebarSimple'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Suspense } from 'react'
import { statusQuery } from '../api/queries.ts'
import { messages } from '../messages.ts'
import { useAccount } from './account.ts'
import { Brand } from './brand.tsx'
import { lazyPart } from './lazy-part.ts'
import { Navigation } from './navigation.tsx'
import { usePreference } from './preferences.ts'

// Menus come right after the first paint; their place is kept.
export const AccountMenu = lazyPart(() => import('./account-menu.tsx'), 'AccountMenu')

const text = messages.shell

export function BrandLink({ iconOnly = false }: { readonly iconOnly?: boolean }) {
  return (
    <Link
      to="/"
      aria-label={messages.product}
      className="flex shrink-0 items-center rounded-md focus-visible:outline-2 focus-visible:outline-kumo-brand"
    >
      <Brand iconOnly={iconOnly} />
    </Link>
  )
}

export function DemoMark() {
  const { data: status } = useQuery(statusQuery(useAccount()))
  if (status?.demo !== true) return null
  return (
    <Tooltip content={text.demoMeaning} render={<button type="button" className="rounded-full" aria-label={text.demo} />}>
      <Badge variant="info">{text.demo}</Badge>
    </Tooltip>
  )
}

interface FindProps {
  readonly onFind: () => void
}

function FindButton({ narrow, onFind }: FindProps & { readonly narrow: boolean }) {
  if (narrow) {
    const button = <Button variant="ghost" shape="square" aria-label={text.find} icon={MagnifyingGlassIcon} onClick={onFind} />
    return <Tooltip content={text.find} side="right" render={button} />
  }
  return (
    <button
      type="button"
      onClick={onFind}
      aria-keyshortcuts="Control+K Meta+K"
      className="flex h-9 items-center gap-2 rounded-lg bg-kumo-control px-2.5 text-base text-kumo-subtle ring ring-kumo-line hover:text-kumo-default focus-visible:outline-2 focus-visible:outline-kumo-brand"
    >
      <MagnifyingGlassIcon size={16} aria-hidden />
      <span className="truncate">{text.find}</span>
      <kbd className="ml-auto text-xs whitespace-nowrap text-kumo-subtle" aria-hidden>
        {text.findKeys}
      </kbd>
    </button>
  )
}

function WidthButton({ narrow, onChange }: { readonly narrow: boolean; readonly onChange: (narrow: boolean) => void }) {
  const label = narrow ? text.wide : text.narrow
  const button = (
    <Button
      variant="ghost"
      shape="square"
      aria-label={label}
      icon={<SidebarSimpleIcon size={18} aria-hidden />}
      onClick={() => onChange(!narrow)}
    />
  )
  return <Tooltip content={label} side="right" render={button} />
}

export function Sidebar({ onFind }: FindProps) {
  const [width, setWidth] = usePreference('navigation')
  const narrow = width === 'narrow'
  const across = narrow ? 'flex-col' : ''
  return (
    <header
      className={`sticky top-0 flex h-dvh shrink-0 flex-col gap-4 border-r border-kumo-hairline bg-kumo-base py-3 ${narrow ? 'w-15 items-center px-2' : 'w-56 px-3'}`}
    >
      <div className={`flex h-8 items-center justify-between gap-2 ${narrow ? '' : 'pl-2.5'}`}>
        <BrandLink iconOnly={narrow} />
        {!narrow && <DemoMark />}
      </div>
      <FindButton narrow={narrow} onFind={onFind} />
      <div className={`-mx-1 grow overflow-y-auto px-1 ${narrow ? 'w-full' : ''}`}>
        <Navigation narrow={narrow} />
      </div>
      <div className={`flex items-center justify-between gap-1 ${across}`}>
        <Suspense fallback={<div className="h-9 grow" />}>
          <AccountMenu narrow={narrow} />
        </Suspense>
        <WidthButton narrow={narrow} onChange={(next) => setWidth(next ? 'narrow' : 'wide')} />
      </div>
    </header>
  )
}
