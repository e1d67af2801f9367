// The menu behind three dots: what can be done with one thing of a list.
import { Button } from '@cloudflare/kumo/components/button'
import { DropdownMenu } from '@cloudflare/kumo/components/dropdown'
import { DotsThreeIcon } from '@phosphor-icons/react/dist/csr/DotsThree'
import type { ReactNode } from 'react'
import type { Scope } from '../../contract/scopes.ts'
import { useMayAny } from './use-may.ts'

interface ActionsMenuProps {
  /** Names the button: `Actions for edge-1`. */
  readonly label: string
  /** One of them is needed for something in it: nothing stands there for who has none. */
  readonly scopes?: readonly Scope[]
  /** Items of Kumo's DropdownMenu. */
  readonly children: ReactNode
}

export function ActionsMenu({ label, scopes, children }: ActionsMenuProps) {
  const may = useMayAny(scopes ?? [])
  if (scopes !== undefined && may === false) return null
  return (
    <DropdownMenu>
      <DropdownMenu.Trigger
        render={
          <Button
            variant="ghost"
            size="sm"
            shape="square"
            aria-label={label}
            icon={<DotsThreeIcon size={20} weight="bold" aria-hidden />}
          />
        }
      />
      <DropdownMenu.Content align="end">{children}</DropdownMenu.Content>
    </DropdownMenu>
  )
}
