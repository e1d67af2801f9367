// Asks before a capture is removed.
import { removeCapture } from '../api/capture-actions.ts'
import type { Capture } from '../../contract/capture.ts'
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import { ConfirmDialog } from '../shell/confirm-dialog.tsx'
import { isOver } from '../view/capture-view.ts'
import { useCaptureActions } from './use-capture-actions.ts'

const text = captureMessages.remove

interface RemoveCaptureDialogProps {
  readonly capture: Capture
  readonly onClose: () => void
  readonly onRemoved?: () => void
}

export function RemoveCaptureDialog({ capture, onClose, onRemoved }: RemoveCaptureDialogProps) {
  const account = useAccount()
  const actions = useCaptureActions()
  const done = () => {
    onClose()
    onRemoved?.()
  }
  return (
    <ConfirmDialog
      title={text.title}
      detail={isOver(capture) ? text.detail : text.detailRunning}
      confirm={text.confirm}
      pending={actions.pending}
      onConfirm={() => actions.start({ run: () => removeCapture(account, capture.id), title: text.removed, done })}
      onClose={onClose}
    />
  )
}
