// What the pages do about captures, agents and buckets.
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import { useActions, type Actions } from '../shell/use-actions.ts'

export function useCaptureActions(): Actions {
  const account = useAccount()
  return useActions(
    { failed: captureMessages.failed, remarks: captureMessages.remarks },
    ['captures', 'agents', 'buckets', 'capture-policy'].map((key) => [key, account]),
  )
}
