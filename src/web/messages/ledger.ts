// Texts of this part in the language of the page; written in en/ledger.ts.
import { pageMessages } from './loaded.ts'

export const ledgerMessages = pageMessages().ledger
