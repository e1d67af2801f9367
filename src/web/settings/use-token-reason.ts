// Why tokens can be neither made nor revoked in this browser.
import { settingsMessages } from '../messages/settings.ts'
import { useMay } from '../shell/use-may.ts'
import { useOwnSession } from './own-session.ts'

/** Undefined where they can. Administrators can by token too; others only what is their own, signed in by link or password. */
export function useTokenReason(): string | undefined {
  const administrates = useMay('admin')
  const { byToken } = useOwnSession()
  return byToken && administrates === false ? settingsMessages.byToken : undefined
}
