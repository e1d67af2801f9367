// Texts of this part in the language of the page; written in en/unregistered.ts.
import { pageMessages } from './loaded.ts'

export const unregisteredMessages = pageMessages().unregistered
