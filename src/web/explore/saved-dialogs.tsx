// Saves the question of the page under a name; renames, shares and removes those that are saved.
import { Button } from '@cloudflare/kumo/components/button'
import { Dialog } from '@cloudflare/kumo/components/dialog'
import { Input } from '@cloudflare/kumo/components/input'
import { Switch } from '@cloudflare/kumo/components/switch'
import { TrashIcon } from '@phosphor-icons/react/dist/csr/Trash'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { savedQuestionLength, type SavedQuestion } from '../../contract/saved-question.ts'
import { changeSavedQuestion, removeSavedQuestion, savedQuestionsKey, saveQuestion } from '../api/saved-questions.ts'
import { messages } from '../messages.ts'
import { exploreMessages } from '../messages/explore.ts'
import { useAccount } from '../shell/account.ts'
import { FormDialog } from '../shell/form-dialog.tsx'
import { SwitchField } from '../shell/switch-field.tsx'
import { shown, useUndoable } from '../shell/use-undoable.ts'

const text = exploreMessages.saved

interface SaveDialogProps {
  readonly search: string
  readonly onClose: () => void
}

export function SaveDialog({ search, onClose }: SaveDialogProps) {
  const account = useAccount()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const save = useMutation({
    mutationFn: () => saveQuestion(account, { name, search, shared }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: savedQuestionsKey(account) })
      onClose()
    },
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={text.saveTitle}
      submit={messages.save}
      pending={save.isPending}
      error={save.error ?? undefined}
      onSubmit={() => save.mutate()}
    >
      <Input
        label={text.name}
        description={text.nameHint}
        className="w-full"
        required
        maxLength={savedQuestionLength.name}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <SwitchField label={text.share} hint={text.shareHint} checked={shared} onChange={setShared} />
    </FormDialog>
  )
}

interface RowProps {
  readonly question: SavedQuestion
  readonly actions: ReturnType<typeof useUndoable>
}

function Row({ question, actions }: RowProps) {
  const account = useAccount()
  const { id, name, search, shared, owner, editable } = question
  const [written, setWritten] = useState(name)
  const rename = () => {
    const wanted = written.trim()
    if (wanted === '' || wanted === name) setWritten(name)
    else actions.run(() => changeSavedQuestion(account, id, { name: wanted })).catch(shown)
  }
  const remove = async () => {
    await actions.run(() => removeSavedQuestion(account, id))
    actions.told(text.removed(name), text.removedDetail, () => saveQuestion(account, { name, search, shared }))
  }
  if (!editable) {
    return (
      <li className="flex flex-col py-2">
        <span className="text-base break-words text-kumo-default">{name}</span>
        <span className="text-sm text-kumo-subtle">{text.sharedBy(owner.name)}</span>
      </li>
    )
  }
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
      <Input
        aria-label={text.nameOf(name)}
        className="min-w-40 grow"
        maxLength={savedQuestionLength.name}
        value={written}
        onChange={(event) => setWritten(event.target.value)}
        onBlur={rename}
        onKeyDown={(event) => {
          if (event.key === 'Enter') rename()
        }}
      />
      <Switch
        label={text.shared}
        checked={shared}
        onCheckedChange={(wanted) => void actions.run(() => changeSavedQuestion(account, id, { shared: wanted })).catch(shown)}
      />
      <Button
        variant="ghost"
        shape="square"
        aria-label={text.remove(name)}
        title={text.remove(name)}
        icon={TrashIcon}
        onClick={() => void remove().catch(shown)}
      />
    </li>
  )
}

interface ManageDialogProps {
  readonly questions: readonly SavedQuestion[]
  readonly onClose: () => void
}

export function ManageDialog({ questions, onClose }: ManageDialogProps) {
  const actions = useUndoable(text.failed, [savedQuestionsKey(useAccount())])
  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
    >
      <Dialog size="base" className="flex max-h-[calc(100dvh-2rem)] flex-col gap-3 overflow-y-auto p-6">
        <Dialog.Title className="text-lg font-semibold text-kumo-default">{text.manageTitle}</Dialog.Title>
        {questions.length === 0 && <p className="text-base text-kumo-subtle">{text.none}</p>}
        <ul className="divide-y divide-kumo-hairline">
          {questions.map((question) => (
            <Row key={question.id} question={question} actions={actions} />
          ))}
        </ul>
        <div className="flex justify-end">
          <Dialog.Close render={<Button />}>{text.close}</Dialog.Close>
        </div>
      </Dialog>
    </Dialog.Root>
  )
}
