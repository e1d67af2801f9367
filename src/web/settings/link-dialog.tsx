// A sign-in link for somebody, once; or why there is none.
import { Button } from '@cloudflare/kumo/components/button'
import { Dialog } from '@cloudflare/kumo/components/dialog'
import type { Invitation } from '../../contract/member.ts'
import { settingsMessages } from '../messages/settings.ts'
import { formatDayTime } from '../view/units.ts'
import { OnceDialog } from './once-dialog.tsx'

const text = settingsMessages.members

interface LinkDialogProps {
  readonly invitation: Invitation
  readonly onClose: () => void
}

/** Somebody of another account too: a link would let the administrators of this one in there. */
function NoLink({ invitation, onClose }: LinkDialogProps) {
  const { name } = invitation.member.user
  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
    >
      <Dialog size="base" className="flex flex-col gap-4 p-6">
        <Dialog.Title className="text-lg font-semibold break-words text-kumo-default">{text.noLinkTitle(name)}</Dialog.Title>
        <Dialog.Description className="text-base text-kumo-subtle">{text.noLink}</Dialog.Description>
        <div className="flex justify-end">
          <Dialog.Close render={<Button />}>{text.done}</Dialog.Close>
        </div>
      </Dialog>
    </Dialog.Root>
  )
}

export function LinkDialog({ invitation, onClose }: LinkDialogProps) {
  const { member, link, expires_at: until } = invitation
  if (link === null || until === null) return <NoLink invitation={invitation} onClose={onClose} />
  return (
    <OnceDialog
      title={text.linkReady(member.user.name)}
      intro={text.linkOnce}
      label={text.linkLabel}
      secret={`${location.origin}${link}`}
      copy={text.copy}
      done={text.done}
      onClose={onClose}
    >
      <p className="text-base text-kumo-subtle">{text.linkPass}</p>
      <p className="text-base text-kumo-subtle">{text.linkLimits(formatDayTime(Date.parse(until)))}</p>
    </OnceDialog>
  )
}
