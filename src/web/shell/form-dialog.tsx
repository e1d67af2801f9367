// A dialog with a form in it: title, fields, cancel and submit.
import { Banner } from '@cloudflare/kumo/components/banner'
import { Button } from '@cloudflare/kumo/components/button'
import { Dialog } from '@cloudflare/kumo/components/dialog'
import type { FormEvent, ReactNode } from 'react'
import { messages } from '../messages.ts'
import { explain } from './failure.tsx'

export interface FormDialogProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly title: string
  readonly submit: string
  readonly pending: boolean
  /** What the server refused and no field shows; a toast would lie below the dialog. */
  readonly error?: Error | undefined
  readonly size?: 'base' | 'lg'
  /** For what takes something away. */
  readonly destructive?: boolean
  readonly onSubmit: () => void
  readonly children: ReactNode
}

export function FormDialog(props: FormDialogProps) {
  const { open, onClose, title, submit, pending, error, size = 'base', destructive = false, onSubmit, children } = props
  const send = (event: FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <Dialog.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose()
      }}
    >
      <Dialog size={size} className="max-h-[calc(100dvh-2rem)] overflow-y-auto p-6">
        <form onSubmit={send} noValidate className="flex flex-col gap-4">
          <Dialog.Title className="text-lg font-semibold text-kumo-default">{title}</Dialog.Title>
          {children}
          {error !== undefined && (
            <Banner size="sm" variant="error" role="alert" title={messages.refused} description={explain(error).fix} />
          )}
          <div className="flex justify-end gap-2">
            <Dialog.Close render={<Button />}>{messages.cancel}</Dialog.Close>
            <Button type="submit" variant={destructive ? 'destructive' : 'primary'} loading={pending}>
              {submit}
            </Button>
          </div>
        </form>
      </Dialog>
    </Dialog.Root>
  )
}
