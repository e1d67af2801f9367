// The account whose data the page shows, for every component below the shell.
import { createContext, use } from 'react'

export const AccountContext = createContext('')

/** Id of the account, 32 hexadecimal digits. */
export function useAccount(): string {
  return use(AccountContext)
}
