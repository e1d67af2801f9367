// What can be done with one router: look at it alone, name it, set its sampling, remove it.
import { DropdownMenu } from '@cloudflare/kumo/components/dropdown'
import { FunnelIcon } from '@phosphor-icons/react/dist/csr/Funnel'
import { PencilSimpleIcon } from '@phosphor-icons/react/dist/csr/PencilSimple'
import { TrashIcon } from '@phosphor-icons/react/dist/csr/Trash'
import { Suspense, useState } from 'react'
import type { RouterStatus } from '../../contract/collector-status.ts'
import { messages } from '../messages.ts'
import { routerLabel } from './router-label.ts'
import { ActionsMenu } from '../shell/actions-menu.tsx'
import { shown } from '../shell/use-undoable.ts'
import { useRouterActions } from './use-router-actions.ts'
import type { ViewControl } from './use-view.ts'
import { lazyPart } from '../shell/lazy-part.ts'

const EditRouterDialog = lazyPart(() => import('./router-dialogs.tsx'), 'EditRouterDialog')

const text = messages.routers

export function RouterMenu({ router, control }: { readonly router: RouterStatus; readonly control: ViewControl }) {
  const [editing, setEditing] = useState(false)
  const actions = useRouterActions()
  return (
    <>
      <ActionsMenu label={text.actions(routerLabel(router))}>
        <DropdownMenu.Item
          icon={FunnelIcon}
          onClick={() => control.addCondition({ dimension: 'routerAddress', value: router.address, exclude: false })}
        >
          {text.only}
        </DropdownMenu.Item>
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
      </ActionsMenu>
      <Suspense fallback={null}>{editing && <EditRouterDialog router={router} onClose={() => setEditing(false)} />}</Suspense>
    </>
  )
}
