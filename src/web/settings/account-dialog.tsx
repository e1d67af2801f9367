// Makes an account, or renames one.
import { Dialog } from '@cloudflare/kumo/components/dialog'
import { Input } from '@cloudflare/kumo/components/input'
import { useState } from 'react'
import { accountsQuery } from '../api/queries.ts'
import { createAccount, renameAccount, type Account } from '../api/settings-actions.ts'
import { messages } from '../messages.ts'
import { settingsMessages } from '../messages/settings.ts'
import { switchAccount, useAccount } from '../shell/account.ts'
import { fieldProblem } from '../shell/field-problem.ts'
import { FormDialog } from '../shell/form-dialog.tsx'
import { useActions } from '../shell/use-actions.ts'
import { nameLength } from './name-length.ts'

const text = settingsMessages.accountList

interface AccountDialogProps {
  /** Undefined for a new one. */
  readonly account: Account | undefined
  readonly onClose: () => void
}

export function AccountDialog({ account, onClose }: AccountDialogProps) {
  const shown = useAccount()
  const { start, pending } = useActions(settingsMessages, [accountsQuery.queryKey, ['status', shown]])
  const [typed, setTyped] = useState(account?.name ?? '')
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Error>()
  const name = typed.trim()
  const create = () => createAccount(name).then(({ id }) => ({ id }))
  const submit = () => {
    setTried(true)
    setRefused(undefined)
    if (name === '') return
    const ends = { done: onClose, failed: setRefused }
    if (account === undefined) return startCreation(ends)
    if (name === account.name) return onClose()
    const undo = () => start({ run: () => renameAccount(account.id, account.name) })
    start({ run: () => renameAccount(account.id, name), title: text.renamed(name), offer: { label: messages.undo, act: undo }, ...ends })
  }
  const startCreation = (ends: { readonly done: () => void; readonly failed: (error: Error) => void }) => {
    let id = ''
    const run = async () => {
      id = (await create()).id
    }
    start({ run, title: text.created(name), offer: { label: text.showOf(name), act: () => switchAccount(id) }, ...ends })
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={account === undefined ? text.addTitle : text.renameTitle(account.name)}
      submit={account === undefined ? text.create : messages.save}
      pending={pending}
      error={refused}
      onSubmit={submit}
    >
      {account === undefined && <Dialog.Description className="text-base text-kumo-subtle">{text.addIntro}</Dialog.Description>}
      <Input
        className="w-full"
        label={text.name}
        autoComplete="off"
        maxLength={nameLength}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        {...fieldProblem(tried && name === '' && text.nameMissing)}
      />
    </FormDialog>
  )
}
