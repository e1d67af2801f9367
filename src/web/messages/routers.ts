// Texts of this part in the language of the page; written in en/routers.ts.
import { pageMessages } from './loaded.ts'

export const routersMessages = pageMessages().routers
