// Dialogs that invite somebody, change name and role, make a new sign-in link, and remove somebody.
import { Dialog } from '@cloudflare/kumo/components/dialog'
import { Input } from '@cloudflare/kumo/components/input'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Invitation, Member } from '../../contract/member.ts'
import type { Role } from '../../contract/scopes.ts'
import { statusQuery } from '../api/queries.ts'
import { editMember, inviteMember, linkMember, removeMember, type MemberChange } from '../api/settings-actions.ts'
import { messages } from '../messages.ts'
import { settingsMessages } from '../messages/settings.ts'
import { useAccount } from '../shell/account.ts'
import { ConfirmDialog } from '../shell/confirm-dialog.tsx'
import { fieldProblem } from '../shell/field-problem.ts'
import { FormDialog } from '../shell/form-dialog.tsx'
import { LinkDialog } from './link-dialog.tsx'
import { emailLength, emailProblem, nameProblem } from './member-form.ts'
import { nameLength } from './name-length.ts'
import { RoleField } from './role-field.tsx'
import { useSettingsActions } from './use-settings-actions.ts'

const text = settingsMessages.members

export type MemberTask = { readonly kind: 'invite' } | { readonly kind: 'edit' | 'link' | 'remove'; readonly member: Member }

interface TaskProps {
  readonly onClose: () => void
}

interface NameFieldProps {
  readonly name: string
  readonly tried: boolean
  readonly onChange: (name: string) => void
}

function NameField({ name, tried, onChange }: NameFieldProps) {
  return (
    <Input
      className="w-full"
      label={text.name}
      autoComplete="off"
      maxLength={nameLength}
      value={name}
      onChange={(event) => onChange(event.target.value)}
      {...fieldProblem(tried && nameProblem(name))}
    />
  )
}

function InviteForm({ onClose, onMade }: TaskProps & { readonly onMade: (invitation: Invitation) => void }) {
  const account = useAccount()
  const { start, pending } = useSettingsActions()
  const [email, setEmail] = useState('')
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Error>()
  const submit = () => {
    setTried(true)
    setRefused(undefined)
    if (emailProblem(email) !== undefined || nameProblem(name) !== undefined) return
    const member = { email: email.trim(), name: name.trim(), role }
    start({ run: async () => onMade(await inviteMember(account, member)), failed: setRefused })
  }
  return (
    <FormDialog
      open
      size="lg"
      onClose={onClose}
      title={text.inviteTitle}
      submit={text.inviteSubmit}
      pending={pending}
      error={refused}
      onSubmit={submit}
    >
      <Dialog.Description className="text-base text-kumo-subtle">{text.inviteIntro}</Dialog.Description>
      <Input
        className="w-full"
        label={text.email}
        description={text.emailHint}
        type="email"
        inputMode="email"
        autoComplete="off"
        maxLength={emailLength}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        {...fieldProblem(tried && emailProblem(email))}
      />
      <NameField name={name} tried={tried} onChange={setName} />
      <RoleField role={role} onChange={setRole} />
    </FormDialog>
  )
}

function InviteDialog({ onClose }: TaskProps) {
  const [invitation, setInvitation] = useState<Invitation>()
  if (invitation === undefined) return <InviteForm onClose={onClose} onMade={setInvitation} />
  return <LinkDialog invitation={invitation} onClose={onClose} />
}

interface MemberProps extends TaskProps {
  readonly member: Member
}

function EditDialog({ member, onClose }: MemberProps) {
  const account = useAccount()
  const { start, pending } = useSettingsActions()
  const { user, role: before } = member
  const [name, setName] = useState(user.name)
  const [role, setRole] = useState<Role>(before)
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Error>()
  const change: MemberChange = { ...(name.trim() !== user.name && { name: name.trim() }), ...(role !== before && { role }) }
  const back: MemberChange = { ...(change.name !== undefined && { name: user.name }), ...(change.role !== undefined && { role: before }) }
  const submit = () => {
    setTried(true)
    setRefused(undefined)
    if (nameProblem(name) !== undefined) return
    if (Object.keys(change).length === 0) return onClose()
    const undo = () => start({ run: () => editMember(account, user.id, back) })
    start({
      run: () => editMember(account, user.id, change),
      title: text.saved(name.trim()),
      // Who gave away the role cannot take it back.
      ...(member.you ? {} : { offer: { label: messages.undo, act: undo } }),
      done: onClose,
      failed: setRefused,
    })
  }
  return (
    <FormDialog
      open
      size="lg"
      onClose={onClose}
      title={text.editTitle(user.name)}
      submit={messages.save}
      pending={pending}
      error={refused}
      onSubmit={submit}
    >
      <NameField name={name} tried={tried} onChange={setName} />
      <RoleField role={role} onChange={setRole} />
    </FormDialog>
  )
}

function NewLinkDialog({ member, onClose }: MemberProps) {
  const account = useAccount()
  const { start, pending } = useSettingsActions()
  const [invitation, setInvitation] = useState<Invitation>()
  const { user } = member
  if (invitation !== undefined) return <LinkDialog invitation={invitation} onClose={onClose} />
  return (
    <ConfirmDialog
      title={text.linkTitle(user.name)}
      detail={text.linkDetail}
      confirm={text.linkConfirm}
      pending={pending}
      onConfirm={() => start({ run: async () => setInvitation(await linkMember(account, user.id)) })}
      onClose={onClose}
    />
  )
}

function RemoveDialog({ member, onClose }: MemberProps) {
  const account = useAccount()
  const { data: status } = useQuery(statusQuery(account))
  const { start, pending } = useSettingsActions()
  const { user } = member
  return (
    <ConfirmDialog
      title={text.removeTitle(user.name)}
      detail={text.removeDetail(status?.account.name ?? messages.none)}
      confirm={text.removeConfirm}
      pending={pending}
      onConfirm={() => start({ run: () => removeMember(account, user.id), title: text.removed(user.name), done: onClose })}
      onClose={onClose}
    />
  )
}

export function MemberDialog({ task, onClose }: TaskProps & { readonly task: MemberTask }) {
  if (task.kind === 'invite') return <InviteDialog onClose={onClose} />
  if (task.kind === 'edit') return <EditDialog member={task.member} onClose={onClose} />
  if (task.kind === 'link') return <NewLinkDialog member={task.member} onClose={onClose} />
  return <RemoveDialog member={task.member} onClose={onClose} />
}
