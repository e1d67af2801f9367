// The dialogs that give a signature another name, and remove one.
import { Input } from '@cloudflare/kumo/components/input'
import { useState } from 'react'
import type { Signature } from '../../contract/signature.ts'
import { editSignature, removeSignature } from '../api/signature-actions.ts'
import { signatureMessages } from '../messages/signatures.ts'
import { useAccount } from '../shell/account.ts'
import { ConfirmDialog } from '../shell/confirm-dialog.tsx'
import { fieldProblem } from '../shell/field-problem.ts'
import { FormDialog } from '../shell/form-dialog.tsx'
import { isAtWork } from '../view/signature-view.ts'
import { useSignatureActions } from './use-signature-actions.ts'

const longestName = 100

export interface SignatureDialogProps {
  readonly signature: Signature
  readonly onClose: () => void
}

function RenameDialog({ signature, onClose }: SignatureDialogProps) {
  const text = signatureMessages.rename
  const account = useAccount()
  const actions = useSignatureActions()
  const [name, setName] = useState(signature.name)
  const [refused, setRefused] = useState<Error>()
  const missing = name.trim() === ''
  const submit = () => {
    if (missing) return
    actions.start({
      run: () => editSignature(account, signature.id, { name: name.trim() }),
      title: text.done,
      done: onClose,
      failed: setRefused,
    })
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={text.title}
      submit={signatureMessages.list.rename.replace('…', '')}
      pending={actions.pending}
      error={refused}
      onSubmit={submit}
    >
      <Input
        label={text.name}
        className="w-full"
        maxLength={longestName}
        value={name}
        onChange={(event) => setName(event.target.value)}
        {...fieldProblem(missing && text.missing)}
      />
    </FormDialog>
  )
}

function RemoveDialog({ signature, onClose, onRemoved }: SignatureDialogProps & { readonly onRemoved: () => void }) {
  const text = signatureMessages.remove
  const account = useAccount()
  const actions = useSignatureActions()
  return (
    <ConfirmDialog
      title={text.title}
      detail={isAtWork(signature) ? text.running : text.detail}
      confirm={text.confirm}
      pending={actions.pending}
      onConfirm={() =>
        actions.start({
          run: () => removeSignature(account, signature.id),
          title: text.removed,
          done: () => {
            onClose()
            onRemoved()
          },
        })
      }
      onClose={onClose}
    />
  )
}

export interface SignatureTask {
  readonly kind: 'rename' | 'remove'
  readonly signature: Signature
}

interface TaskDialogProps {
  readonly task: SignatureTask
  readonly onClose: () => void
  /** After it is removed. */
  readonly onRemoved: () => void
}

export function SignatureTaskDialog({ task, onClose, onRemoved }: TaskDialogProps) {
  if (task.kind === 'rename') return <RenameDialog signature={task.signature} onClose={onClose} />
  return <RemoveDialog signature={task.signature} onClose={onClose} onRemoved={onRemoved} />
}
