// Texts of this part in the language of the page; written in en/shell.ts.
import { pageMessages } from './loaded.ts'

export const shellMessages = pageMessages().shell
