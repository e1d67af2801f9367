// Texts of this part in the language of the page; written in en/advertising.ts.
import { pageMessages } from './loaded.ts'

export const advertisingMessages = pageMessages().advertising
