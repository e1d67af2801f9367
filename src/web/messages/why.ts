// Texts of this part in the language of the page; written in en/why.ts.
import { pageMessages } from './loaded.ts'

export const whyMessages = pageMessages().why
