// What stands above every page on narrow screens: menu, brand, open incidents, search. The links to the pages are in a drawer.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Button } from '@cloudflare/kumo/components/button'
import { ListIcon } from '@phosphor-icons/react/dist/csr/List'
import { MagnifyingGlassIcon } from '@phosphor-icons/react/dist/csr/MagnifyingGlass'
import { XIcon } from '@phosphor-icons/react/dist/csr/X'
import { Link } from '@tanstack/react-router'
import { Suspense, useRef, type MouseEvent } from 'react'
import { messages } from '../messages.ts'
import { Navigation, useOpenIncidents } from './navigation.tsx'
import { AccountMenu, BrandLink, DemoMark } from './sidebar.tsx'

const text = messages.shell

function OpenIncidents() {
  const open = useOpenIncidents()
  if (open === 0) return null
  return (
    <Link to="/incidents" className="rounded-full focus-visible:outline-2 focus-visible:outline-kumo-brand">
      <Badge variant="error">
        <span className="sr-only">{text.incidents}: </span>
        {text.openIncidents(open)}
      </Badge>
    </Link>
  )
}

/** The browser's own modal dialog: it keeps the focus inside, closes with Escape and gives the focus back. */
function Drawer({ drawer }: { readonly drawer: React.RefObject<HTMLDialogElement | null> }) {
  const close = () => drawer.current?.close()
  const leave = (event: MouseEvent) => {
    // The backdrop belongs to the dialog itself; a link has done what it was opened for.
    if (event.target === drawer.current || (event.target as Element).closest('a') !== null) close()
  }
  return (
    // The keyboard closes it with Escape, and follows a link with a click of its own.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={drawer}
      aria-label={text.menu}
      onClick={leave}
      className="m-0 h-dvh max-h-none w-72 max-w-[85vw] bg-kumo-base text-kumo-default backdrop:bg-black/40"
    >
      <div className="flex min-h-full flex-col gap-4 p-3">
        <div className="flex items-center justify-between gap-2 pl-2.5">
          <BrandLink />
          <Button variant="ghost" shape="square" aria-label={text.closeMenu} icon={XIcon} onClick={close} />
        </div>
        <div className="grow">
          <Navigation />
        </div>
      </div>
    </dialog>
  )
}

export function TopBar({ onFind }: { readonly onFind: () => void }) {
  const drawer = useRef<HTMLDialogElement>(null)
  return (
    <header className="sticky top-0 z-10 flex h-12 items-center gap-1 border-b border-kumo-hairline bg-kumo-base px-2">
      <Button
        variant="ghost"
        shape="square"
        aria-label={text.menu}
        aria-haspopup="dialog"
        icon={<ListIcon size={20} aria-hidden />}
        onClick={() => drawer.current?.showModal()}
      />
      <BrandLink />
      <div className="ml-auto flex items-center gap-1.5">
        <span className="max-sm:hidden">
          <DemoMark />
        </span>
        <OpenIncidents />
        <Button variant="ghost" shape="square" aria-label={text.find} icon={MagnifyingGlassIcon} onClick={onFind} />
        <Suspense fallback={<div className="size-9" />}>
          <AccountMenu narrow />
        </Suspense>
      </div>
      <Drawer drawer={drawer} />
    </header>
  )
}
