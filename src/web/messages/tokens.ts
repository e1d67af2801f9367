// Texts of this part in the language of the page; written in en/tokens.ts.
import { pageMessages } from './loaded.ts'

export const tokenMessages = pageMessages().tokens
