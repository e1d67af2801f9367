// Settings: the accounts that somebody is a member of.
import { AccountCard } from './account-card.tsx'
import { SettingsFrame } from './settings-frame.tsx'

export function AccountsPage() {
  return (
    <SettingsFrame section="accounts">
      <AccountCard />
    </SettingsFrame>
  )
}
