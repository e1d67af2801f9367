// Texts of this part in the language of the page; written in en/set-up.ts.
import { pageMessages } from './loaded.ts'

export const setUpMessages = pageMessages().setUp
