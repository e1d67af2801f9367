// Asks before something is deleted or lost.
import { Button } from '@cloudflare/kumo/components/button'
import { Dialog } from '@cloudflare/kumo/components/dialog'
import { messages } from '../messages.ts'

export interface ConfirmDialogProps {
  readonly title: string
  readonly detail: string
  readonly confirm: string
  /** "Cancel" when left out. */
  readonly cancel?: string
  readonly pending: boolean
  readonly onConfirm: () => void
  readonly onClose: () => void
}

export function ConfirmDialog({ title, detail, confirm, cancel = messages.cancel, pending, onConfirm, onClose }: ConfirmDialogProps) {
  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
    >
      <Dialog size="base" className="flex flex-col gap-4 p-6">
        <Dialog.Title className="text-lg font-semibold break-words text-kumo-default">{title}</Dialog.Title>
        <Dialog.Description className="text-base text-kumo-subtle">{detail}</Dialog.Description>
        <div className="flex justify-end gap-2">
          <Dialog.Close render={<Button />}>{cancel}</Dialog.Close>
          <Button variant="destructive" loading={pending} onClick={onConfirm}>
            {confirm}
          </Button>
        </div>
      </Dialog>
    </Dialog.Root>
  )
}
