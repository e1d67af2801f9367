// Asks before a page with changes that are not saved is left, by a link as well as by closing the tab.
import { useBlocker } from '@tanstack/react-router'
import { messages } from '../messages.ts'
import { ConfirmDialog } from './confirm-dialog.tsx'

const text = messages.unsaved

export function UnsavedGuard({ unsaved }: { readonly unsaved: boolean }) {
  const { status, proceed, reset } = useBlocker({
    // Another unit or time on the same page takes nothing away.
    shouldBlockFn: ({ current, next }) => unsaved && current.pathname !== next.pathname,
    enableBeforeUnload: unsaved,
    withResolver: true,
  })
  if (status !== 'blocked') return null
  return (
    <ConfirmDialog
      title={text.title}
      detail={text.detail}
      confirm={text.leave}
      cancel={text.stay}
      pending={false}
      onConfirm={proceed}
      onClose={reset}
    />
  )
}
