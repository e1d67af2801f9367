// What the pages do about signatures.
import { signatureMessages } from '../messages/signatures.ts'
import { useAccount } from '../shell/account.ts'
import { useActions, type Actions } from '../shell/use-actions.ts'

export function useSignatureActions(): Actions {
  const account = useAccount()
  return useActions({ failed: signatureMessages.failed, remarks: signatureMessages.remarks }, [['signatures', account]])
}
