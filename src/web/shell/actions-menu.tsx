// The menu behind three dots: what can be done with one thing of a list.
import { Button } from '@cloudflare/kumo/components/button'
import { DropdownMenu } from '@cloudflare/kumo/components/dropdown'
import { DotsThreeIcon } from '@phosphor-icons/react/dist/csr/DotsThree'
import type { ReactNode } from 'react'

interface ActionsMenuProps {
  /** Names the button: `Actions for edge-1`. */
  readonly label: string
  /** Items of Kumo's DropdownMenu. */
  readonly children: ReactNode
}

export function ActionsMenu({ label, children }: ActionsMenuProps) {
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
