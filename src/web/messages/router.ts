// Texts of this part in the language of the page; written in en/router.ts.
import { pageMessages } from './loaded.ts'

export const routerMessages = pageMessages().router
