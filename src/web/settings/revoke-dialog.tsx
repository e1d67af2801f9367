// Asks before a token is revoked.
import type { ApiToken } from '../../contract/member.ts'
import { revokeToken } from '../api/settings-actions.ts'
import { tokenMessages } from '../messages/tokens.ts'
import { useAccount } from '../shell/account.ts'
import { ConfirmDialog } from '../shell/confirm-dialog.tsx'
import { useSettingsActions } from './use-settings-actions.ts'

const text = tokenMessages

export function RevokeDialog({ token: { id, name }, onClose }: { readonly token: ApiToken; readonly onClose: () => void }) {
  const account = useAccount()
  const { start, pending } = useSettingsActions()
  return (
    <ConfirmDialog
      title={text.revokeTitle(name)}
      detail={text.revokeDetail}
      confirm={text.revokeConfirm}
      pending={pending}
      onConfirm={() => start({ run: () => revokeToken(account, id), title: text.revoked(name), done: onClose })}
      onClose={onClose}
    />
  )
}
