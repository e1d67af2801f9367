// Texts of this part in the language of the page; written in en/sign-in.ts.
import { pageMessages } from './loaded.ts'

export const signInMessages = pageMessages().signIn
