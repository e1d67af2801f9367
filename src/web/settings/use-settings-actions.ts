// What the settings pages do: every answer of theirs is read again afterwards.
import { settingsKey } from '../api/settings-queries.ts'
import { settingsMessages } from '../messages/settings.ts'
import { useAccount } from '../shell/account.ts'
import { useActions, type Actions } from '../shell/use-actions.ts'

export function useSettingsActions(): Actions {
  const account = useAccount()
  return useActions(settingsMessages, [settingsKey(account), ['status', account]])
}
