// The account whose data the page shows, for every component below the shell; which one is kept in this browser.
import { createContext, use } from 'react'

export const AccountContext = createContext('')

/** Id of the account, 32 hexadecimal digits. */
export function useAccount(): string {
  return use(AccountContext)
}

const storageKey = 'drawbridge.account'

function chosenAccount(): string | null {
  try {
    return localStorage.getItem(storageKey)
  } catch {
    // A browser that keeps nothing shows the first.
    return null
  }
}

/** The account that was chosen in this browser, if the user may still see it, else the first. */
export function shownAccount<Account extends { readonly id: string }>(accounts: readonly Account[]): Account | undefined {
  const chosen = chosenAccount()
  return accounts.find(({ id }) => id === chosen) ?? accounts[0]
}

/** Shows another account, from its overview on: addresses of other pages hold ids of the one before. Loads the page anew. @throws DOMException where the browser keeps nothing */
export function switchAccount(id: string): void {
  localStorage.setItem(storageKey, id)
  location.assign('/')
}
