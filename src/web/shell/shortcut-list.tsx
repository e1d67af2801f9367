// The list of the keys that work on every page.
import { Button } from '@cloudflare/kumo/components/button'
import { Dialog } from '@cloudflare/kumo/components/dialog'
import type { ReactNode } from 'react'
import { messages } from '../messages.ts'
import { shellMessages } from '../messages/shell.ts'
import { pageKeys, pageNames } from './pages.ts'

const text = shellMessages.shortcutList

function Key({ children }: { readonly children: ReactNode }) {
  return (
    <kbd className="inline-flex h-6 min-w-6 items-center justify-center rounded-md bg-kumo-tint px-1.5 font-mono text-sm text-kumo-default ring ring-kumo-line">
      {children}
    </kbd>
  )
}

function Line({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="flex items-center justify-between gap-3 py-1">
      <dt className="text-base text-kumo-default">{name}</dt>
      <dd className="flex items-center gap-1.5 text-sm whitespace-nowrap text-kumo-subtle">{children}</dd>
    </div>
  )
}

export function ShortcutList({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
    >
      <Dialog size="lg" className="flex max-h-[calc(100dvh-2rem)] flex-col gap-4 overflow-y-auto p-6">
        <Dialog.Title className="text-lg font-semibold text-kumo-default">{text.title}</Dialog.Title>
        <Dialog.Description className="text-base text-kumo-subtle">{text.intro}</Dialog.Description>
        <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
          <section>
            <h3 className="pb-1 text-sm font-medium text-kumo-subtle">{text.go}</h3>
            <dl>
              {pageNames.map((name) => (
                <Line key={name} name={messages.shell[name]}>
                  <Key>g</Key>
                  {text.next}
                  <Key>{pageKeys[name]}</Key>
                </Line>
              ))}
            </dl>
          </section>
          <section>
            <h3 className="pb-1 text-sm font-medium text-kumo-subtle">{text.anywhere}</h3>
            <dl>
              <Line name={text.find}>
                <Key>Ctrl</Key>
                <Key>K</Key>
              </Line>
              <Line name={text.filter}>
                <Key>/</Key>
              </Line>
              <Line name={text.list}>
                <Key>?</Key>
              </Line>
            </dl>
          </section>
        </div>
        <div className="flex justify-end">
          <Dialog.Close render={<Button />}>{text.close}</Dialog.Close>
        </div>
      </Dialog>
    </Dialog.Root>
  )
}
