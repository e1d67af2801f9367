// What the pages do about advertising.
import { advertisingMessages } from '../messages/advertising.ts'
import { useAccount } from '../shell/account.ts'
import { useActions, type Actions } from '../shell/use-actions.ts'

export function useAdvertisingActions(): Actions {
  const account = useAccount()
  return useActions({ failed: advertisingMessages.failed, remarks: advertisingMessages.remarks }, [
    ['advertisements', account],
    ['owned-prefixes', account],
  ])
}
