// A dialog that asks why before something is done: the reason stands in the history.
import { Dialog } from '@cloudflare/kumo/components/dialog'
import { Input } from '@cloudflare/kumo/components/input'
import { useState, type ReactNode } from 'react'
import { whyMessages } from '../messages/why.ts'
import { fieldProblem } from './field-problem.ts'
import { longestWhy } from '../view/why.ts'
import { FormDialog } from './form-dialog.tsx'

const text = whyMessages

export interface WhyDialogProps {
  readonly title: string
  readonly detail: string
  readonly submit: string
  readonly pending: boolean
  readonly error: Error | undefined
  readonly destructive?: boolean
  readonly onSubmit: (why: string) => void
  readonly onClose: () => void
  /** What else there is to choose. */
  readonly children?: ReactNode
}

export function WhyDialog({ title, detail, submit, pending, error, destructive = false, onSubmit, onClose, children }: WhyDialogProps) {
  const [why, setWhy] = useState('')
  const [tried, setTried] = useState(false)
  const missing = why.trim() === ''
  const send = () => {
    setTried(true)
    if (!missing) onSubmit(why.trim())
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={title}
      submit={submit}
      pending={pending}
      error={error}
      destructive={destructive}
      onSubmit={send}
    >
      <Dialog.Description className="text-base text-kumo-subtle">{detail}</Dialog.Description>
      {children}
      <Input
        label={text.why}
        description={text.whyHint}
        className="w-full"
        maxLength={longestWhy}
        value={why}
        onChange={(event) => setWhy(event.target.value)}
        {...fieldProblem(tried && missing && text.whyMissing)}
      />
    </FormDialog>
  )
}
