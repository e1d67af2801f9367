// What the alerts page does to policies and destinations.
import { alertMessages } from '../messages/alerts.ts'
import { useAccount } from '../shell/account.ts'
import { useActions, type Actions } from '../shell/use-actions.ts'

export function useAlertActions(): Actions {
  return useActions(alertMessages, [['alerting', useAccount()]])
}
