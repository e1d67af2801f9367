// What can be done with one router: look at it alone, name it, set its sampling, remove it.
import { DropdownMenu } from '@cloudflare/kumo/components/dropdown'
import { FunnelIcon } from '@phosphor-icons/react/dist/csr/Funnel'
import { PencilSimpleIcon } from '@phosphor-icons/react/dist/csr/PencilSimple'
import { TrashIcon } from '@phosphor-icons/react/dist/csr/Trash'
import { Suspense, useState } from 'react'
import type { RouterStatus } from '../../contract/collector-status.ts'
import { messages } from '../messages.ts'
import { routerLabel } from '../overview/router-label.ts'
import { ActionsMenu } from '../shell/actions-menu.tsx'
import { Permitted } from '../shell/permitted.tsx'
import { shown } from '../shell/use-undoable.ts'
import { useRouterActions } from '../overview/use-router-actions.ts'
import { lazyPart } from '../shell/lazy-part.ts'

const EditRouterDialog = lazyPart(() => import('./router-dialogs.tsx'), 'EditRouterDialog')

const text = messages.routers

interface RouterMenuProps {
  readonly router: RouterStatus
  /** Shows only its flows. */
  readonly onOnly: () => void
}

export function RouterMenu({ router, onOnly }: RouterMenuProps) {
  const [editing, setEditing] = useState(false)
  const actions = useRouterActions()
  return (
    <>
      <ActionsMenu label={text.actions(routerLabel(router))}>
        <DropdownMenu.Item icon={FunnelIcon} onClick={onOnly}>
          {text.only}
        </DropdownMenu.Item>
        <Permitted scope="mnm:write">
          <DropdownMenu.Item icon={PencilSimpleIcon} onClick={() => setEditing(true)}>
            {text.edit}
          </DropdownMenu.Item>
          <DropdownMenu.Separator />
          <DropdownMenu.Item
            icon={TrashIcon}
            variant="danger"
            onClick={() => {
              actions.remove(router).catch(shown)
            }}
          >
            {text.remove}
          </DropdownMenu.Item>
        </Permitted>
      </ActionsMenu>
      <Suspense fallback={null}>{editing && <EditRouterDialog router={router} onClose={() => setEditing(false)} />}</Suspense>
    </>
  )
}
