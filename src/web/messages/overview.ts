// Texts of this part in the language of the page; written in en/overview.ts.
import { pageMessages } from './loaded.ts'

export const overviewMessages = pageMessages().overview
