// Long lists begin short, with a button that shows the rest.
import { Button } from '@cloudflare/kumo/components/button'
import { useState, type ReactNode } from 'react'
import { messages } from '../messages.ts'

export interface ShortListProps<T> {
  readonly items: readonly T[]
  readonly length: number
  readonly children: (shown: readonly T[]) => ReactNode
}

export function ShortList<T>({ items, length, children }: ShortListProps<T>) {
  const [open, setOpen] = useState(false)
  return (
    <>
      {children(open ? items : items.slice(0, length))}
      {items.length > length && (
        <div className="border-t border-kumo-hairline p-2">
          <Button variant="ghost" size="sm" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? messages.shell.fewer : messages.shell.more(items.length)}
          </Button>
        </div>
      )}
    </>
  )
}
